import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './cloudformation.ts';

interface Exchange {
  readonly operation: string;
  readonly body: Buffer;
  readonly onward: (sent: { body: Buffer; headers?: IncomingHttpHeaders }) => Promise<Answer>;
}

/** The emulator puts "" into a secret that a stack makes; on AWS such a secret has no version at all until somebody writes one, which is
 *  in use at once, whatever stages it was written with. */
export async function emptySecretRule({ operation, body, onward }: Exchange): Promise<Answer> {
  if (operation === 'PutSecretValue') {
    const request = JSON.parse(body.toString('utf8'));
    const isFirst = await isEmpty({ SecretId: request.SecretId }, onward);
    const stages = { VersionStages: [...(request.VersionStages ?? []), 'AWSCURRENT'] };
    return onward({ body: isFirst ? Buffer.from(JSON.stringify({ ...request, ...stages })) : body });
  }
  const answer = await onward({ body });
  if (operation !== 'GetSecretValue' && operation !== 'DescribeSecret') return answer;
  if (answer.status !== 200) return answer;
  const found = JSON.parse(answer.body.toString('utf8'));
  if (operation === 'GetSecretValue') return found.SecretString === '' ? noValue(answer) : answer;
  if (!(await isEmpty(JSON.parse(body.toString('utf8')), onward))) return answer;
  const { VersionIdsToStages: _, ...empty } = found;
  return { ...answer, body: Buffer.from(JSON.stringify(empty)) };
}

async function isEmpty({ SecretId }: { SecretId: string }, onward: Exchange['onward']): Promise<boolean> {
  const body = Buffer.from(JSON.stringify({ SecretId }));
  const value = await onward({ body, headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' } });
  return value.status === 200 && JSON.parse(value.body.toString('utf8')).SecretString === '';
}

function noValue(answer: Answer): Answer {
  const message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
  const body = JSON.stringify({ __type: 'ResourceNotFoundException', Message: message });
  return { ...answer, status: 400, body: Buffer.from(body) };
}
