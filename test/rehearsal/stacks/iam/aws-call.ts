import { listOf, recordOf } from '../../../stacks/json.ts';
import { arnOf } from './deployed-stacks.ts';

export const ROLE_IDS = ['PollerRole', 'FinalizerRole', 'BuildRole'] as const;
export type RoleId = (typeof ROLE_IDS)[number];

/** One request to AWS as IAM sees it. */
export interface AwsCall {
  readonly role: RoleId;
  readonly action: string;
  /** ARN; '*' where the action knows no resources. */
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  readonly role: RoleId;
  /** Service that the request was signed for. */
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** The header X-Amz-Target; empty where the protocol has none. */
  readonly target: string;
  readonly body: string;
}

type Input = Readonly<Record<string, unknown>>;

/** Returns what IAM must allow for a request: one call per resource. Throws for an operation that is not known here. */
export function callsOf(request: SeenRequest): AwsCall[] {
  const { role, service, target, body } = request;
  if (service === 's3') return [{ role, ...fileOperation(request) }];
  const operation = target.slice(target.lastIndexOf('.') + 1);
  if (operation === 'TransactWriteItems') return transactionCalls(request);
  const resources = OPERATIONS[`${service}:${operation}`];
  if (resources === undefined) throw new Error(`${role} asked for ${service}:${operation}, which is not known here`);
  return resources(recordOf(JSON.parse(body))).map((resource) => ({
    role,
    action: `${service}:${operation}`,
    resource,
  }));
}

/** A transaction needs the rights to its parts; ours have updates alone. */
function transactionCalls({ role, body }: SeenRequest): AwsCall[] {
  return listOf(recordOf(JSON.parse(body)).TransactItems).flatMap((item) => {
    const { Update: update, ...others } = recordOf(item);
    if (Object.keys(others).length > 0) throw new Error(`${role} asked for a transaction that is not known here`);
    return table(recordOf(update)).map((resource) => ({ role, action: 'dynamodb:UpdateItem', resource }));
  });
}

const table = ({ TableName, IndexName }: Input) => [
  arnOf('dynamodb', `table/${TableName}${IndexName === undefined ? '' : `/index/${IndexName}`}`),
];
const project = (name: unknown) => arnOf('codebuild', `project/${name}`);

/** Resources that each operation is checked against (AWS's service authorization reference). */
const OPERATIONS: Readonly<Record<string, (input: Input) => string[]>> = {
  'dynamodb:GetItem': table,
  'dynamodb:UpdateItem': table,
  'dynamodb:Query': table,
  'dynamodb:BatchGetItem': ({ RequestItems }) =>
    Object.keys(recordOf(RequestItems)).flatMap((TableName) => table({ TableName })),
  'secretsmanager:GetSecretValue': ({ SecretId }) => [String(SecretId)],
  'ssm:GetParameter': ({ Name }) => [arnOf('ssm', `parameter${Name}`)],
  'codebuild:StartBuild': ({ projectName }) => [project(projectName)],
  'codebuild:ListBuildsForProject': ({ projectName }) => [project(projectName)],
  // Ids are `project:uuid`, or ARNs that end like that.
  'codebuild:BatchGetBuilds': ({ ids }) => [
    ...new Set(
      listOf(ids).map((id) =>
        project(
          String(id)
            .replace(/^arn:.*:build\//, '')
            .split(':')[0],
        ),
      ),
    ),
  ],
};

function fileOperation({ method, path, role }: SeenRequest): { action: string; resource: string } {
  const { pathname, searchParams } = new URL(path, 'http://s3');
  const subresources = [...searchParams.keys()].filter((name) => name !== 'x-id');
  if (method !== 'PUT' || subresources.length > 0) {
    throw new Error(`${role} asked S3 for ${method} ${path}, which is not known here`);
  }
  return { action: 's3:PutObject', resource: `arn:aws:s3:::${decodeURIComponent(pathname.slice(1))}` };
}

/** Returns the use of the key that a service makes on behalf of the caller of an operation; null when it makes none. */
export function keyUseOf(call: AwsCall, keyArn: string): AwsCall | null {
  const service = call.action.split(':')[0] ?? '';
  const action = KEY_USES[call.action] ?? KEY_USES[service];
  if (action === undefined) return null;
  return { role: call.role, action, resource: keyArn, context: viaService(service) };
}

export function viaService(service: string): Readonly<Record<string, string>> {
  return { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` };
}

const KEY_USES: Readonly<Record<string, string>> = {
  's3:PutObject': 'kms:GenerateDataKey',
  's3:GetObject': 'kms:Decrypt',
  's3:GetObjectVersion': 'kms:Decrypt',
  'secretsmanager:GetSecretValue': 'kms:Decrypt',
  dynamodb: 'kms:Decrypt',
};
