import { createServer } from 'node:http';
import { listenOnLoopback, readText } from '../../../src/fakes/loopback-server.ts';

export interface ParametersAndSecrets {
  /** For AWS_ENDPOINT_URL_SSM and AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  readonly url: string;
  /** Values of SSM parameters, by name. */
  readonly parameters: Map<string, string>;
  /** Values of secrets, by ARN; null is a secret that was created without a value. */
  readonly secrets: Map<string, string | null>;
  /** Operations whose next request is carried out, and its answer lost. */
  readonly loseAnswerOf: Set<string>;
  /** Operation and name of each request. */
  readonly requests: string[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Starts the JSON protocols of SSM (GetParameter, PutParameter, DeleteParameter) and Secrets Manager (GetSecretValue) on 127.0.0.1. */
export async function startParametersAndSecrets(): Promise<ParametersAndSecrets> {
  const parameters = new Map<string, string>();
  const secrets = new Map<string, string | null>();
  const requests: string[] = [];
  const loseAnswerOf = new Set<string>();
  const answers: Record<string, (input: Readonly<Record<string, string>>) => Answer> = {
    'AmazonSSM.GetParameter': ({ Name = '' }) => {
      const value = parameters.get(Name);
      if (value === undefined) return refusal('ParameterNotFound', `Parameter ${Name} not found.`);
      return { status: 200, body: { Parameter: { Name, Type: 'String', Value: value, Version: 1, ARN: arnOf(Name) } } };
    },
    'AmazonSSM.PutParameter': ({ Name = '', Value = '', Overwrite }) => {
      if (parameters.has(Name) && String(Overwrite) !== 'true') {
        return refusal(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite it, set Overwrite to true.',
        );
      }
      parameters.set(Name, Value);
      return { status: 200, body: { Version: 1, Tier: 'Standard' } };
    },
    'AmazonSSM.DeleteParameter': ({ Name = '' }) =>
      parameters.delete(Name)
        ? { status: 200, body: {} }
        : refusal('ParameterNotFound', `Parameter ${Name} not found.`),
    'secretsmanager.GetSecretValue': ({ SecretId = '' }) => {
      const value = secrets.get(SecretId);
      if (value === undefined) {
        return refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      if (value === null) {
        const message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
        return refusal('ResourceNotFoundException', message);
      }
      return { status: 200, body: { ARN: SecretId, SecretString: value, VersionStages: ['AWSCURRENT'] } };
    },
  };
  const server = createServer(async (request, response) => {
    const text = await readText(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    const input = JSON.parse(text || '{}') as Record<string, string>;
    requests.push(`${target} ${input.Name ?? input.SecretId ?? ''}`);
    const { status, body } = answers[target]?.(input) ?? refusal('UnknownOperationException', target);
    if (loseAnswerOf.delete(target)) return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    parameters,
    secrets,
    loseAnswerOf,
    requests,
    close,
  };
}

function arnOf(name: string): string {
  return `arn:aws:ssm:us-east-1:123456789012:parameter${name}`;
}

function refusal(type: string, message: string): Answer {
  return { status: 400, body: { __type: type, message, Message: message } };
}
