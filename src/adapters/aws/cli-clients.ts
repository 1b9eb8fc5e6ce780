import { requestLimits } from './request-limits.ts';

interface Destroyable {
  destroy(): void;
}

/** Returns the AWS clients of an operator's command, each loaded and made when it is first asked for: the SDK is slow to load.
 *  Addresses come from AWS_ENDPOINT_URL and its kin where they are set, as the SDK reads them. */
export function operatorClients({ region }: { region: string }) {
  const settings = { region, ...requestLimits() };
  const made: Destroyable[] = [];
  /** Makes one client of each kind. */
  const once = <T extends Destroyable>(make: () => Promise<T>): (() => Promise<T>) => {
    let client: Promise<T> | undefined;
    return () => {
      client ??= make().then((fresh) => {
        made.push(fresh);
        return fresh;
      });
      return client;
    };
  };
  return {
    ssm: once(async () => new (await import('@aws-sdk/client-ssm')).SSMClient(settings)),
    dynamo: once(async () => new (await import('@aws-sdk/client-dynamodb')).DynamoDBClient(settings)),
    codeBuild: once(async () => new (await import('@aws-sdk/client-codebuild')).CodeBuildClient(settings)),
    close() {
      for (const client of made) client.destroy();
    },
  };
}
