import { requestLimits, transferLimits } from './request-limits.ts';

/** Lambda's own limit, and a little. */
const LONGEST_INVOCATION_MS = 15 * 60_000 + 10_000;

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
    cloudFormation: once(
      async () => new (await import('@aws-sdk/client-cloudformation')).CloudFormationClient(settings),
    ),
    costExplorer: once(async () => new (await import('@aws-sdk/client-cost-explorer')).CostExplorerClient(settings)),
    cloudWatch: once(async () => new (await import('@aws-sdk/client-cloudwatch')).CloudWatchClient(settings)),
    logs: once(async () => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(settings)),
    s3: once(async () => new (await import('@aws-sdk/client-s3')).S3Client({ ...settings, ...transferLimits() })),
    iam: once(async () => new (await import('@aws-sdk/client-iam')).IAMClient(settings)),
    sts: once(async () => new (await import('@aws-sdk/client-sts')).STSClient(settings)),
    secrets: once(async () => new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(settings)),
    events: once(async () => new (await import('@aws-sdk/client-eventbridge')).EventBridgeClient(settings)),
    sns: once(async () => new (await import('@aws-sdk/client-sns')).SNSClient(settings)),
    sqs: once(async () => new (await import('@aws-sdk/client-sqs')).SQSClient(settings)),
    lambda: once(async () => new (await import('@aws-sdk/client-lambda')).LambdaClient(settings)),
    /** Waits as long as a function may run, and asks once: a function that was cut off may have done its work. */
    invokingLambda: once(async () => {
      const { LambdaClient } = await import('@aws-sdk/client-lambda');
      return new LambdaClient({
        ...settings,
        ...requestLimits({ requestTimeout: LONGEST_INVOCATION_MS }),
        maxAttempts: 1,
      });
    }),
    close() {
      for (const client of made) client.destroy();
    },
  };
}
