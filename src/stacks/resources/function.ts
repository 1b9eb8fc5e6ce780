import { ENV } from '../../core/names.ts';
import type { Intrinsic, Value } from '../cfn/intrinsics.ts';
import { equals, not, onlyIf, sub } from '../cfn/intrinsics.ts';
import type { Resource, Scope } from '../cfn/scope.ts';
import type { EsbuildMetadata } from '../cfn/serverless-function.ts';
import type { CoreOutputs } from '../core.ts';
import type { SecretsOutputs } from '../secrets.ts';
import { nameOf } from '../stack-names.ts';

export interface FunctionDefinition {
  readonly logicalId: string;
  readonly name: Intrinsic;
  readonly description: string;
  /** Folder of the repository with `handler.ts`, which exports `handler`. */
  readonly folder: string;
  readonly role: Resource<'AWS::IAM::Role'>;
  readonly logGroupName: Value<string>;
  /** Where Lambda puts an event that the handler could not handle, after its retries; null: nowhere. */
  readonly failedEvents: Resource<'AWS::SQS::Queue'> | null;
  /** How often Lambda retries an event after the handler has thrown. */
  readonly retries: 0 | 1 | 2;
  readonly maxEventAgeSeconds: number;
  readonly variables: Readonly<Record<string, Value<string>>>;
}

const NO_NETWORK = 'It calls public endpoints only; in a VPC it would need a NAT gateway to reach GitHub.';

/** Adds a function on Node 24 with its own role, log group and dead-letter queue. */
export function addFunction(scope: Scope, definition: FunctionDefinition): Resource<'AWS::Serverless::Function'> {
  const reserves = scope.condition('ReservesConcurrency', not(equals(scope.setting('reservedConcurrency'), '0')));
  return scope.resource(definition.logicalId, {
    type: 'AWS::Serverless::Function',
    metadata: { ...buildSettings() },
    accept: {
      CKV_AWS_115:
        'Two polls at once are harmless (lock rows), and new accounts cannot reserve; reservedConcurrency does it.',
      CKV_AWS_116:
        definition.failedEvents === null
          ? 'The next scheduled poll is the retry, and poller-errors counts; a letter per failed poll would only page.'
          : 'EventInvokeConfig sends failed events to the queue, with the error; a second copy would only confuse.',
      CKV_AWS_117: NO_NETWORK,
      lambda_inside_vpc_check: NO_NETWORK,
      CKV_AWS_173: 'Its variables are names and ARNs, no secrets; Lambda encrypts them at rest anyway.',
    },
    properties: {
      FunctionName: definition.name,
      Description: definition.description,
      CodeUri: scope.codeUri(definition.folder),
      Handler: 'handler.handler',
      Runtime: 'nodejs24.x',
      Architectures: [architectureOf(scope)],
      Role: definition.role.att('Arn'),
      MemorySize: scope.setting('lambdaMemoryMb'),
      Timeout: scope.setting('lambdaTimeoutSeconds'),
      Tracing: 'Active',
      ReservedConcurrentExecutions: onlyIf(reserves, scope.setting('reservedConcurrency')),
      RecursiveLoop: 'Terminate',
      LoggingConfig: {
        LogGroup: definition.logGroupName,
        LogFormat: 'JSON',
        ApplicationLogLevel: 'INFO',
        SystemLogLevel: 'WARN',
      },
      EventInvokeConfig: {
        MaximumRetryAttempts: definition.retries,
        MaximumEventAgeInSeconds: definition.maxEventAgeSeconds,
        ...destinationOf(definition),
      },
      Environment: { Variables: definition.variables },
    },
  });
}

/** A parameter, since `sam local invoke` runs functions on the processor of this machine. */
function architectureOf(scope: Scope): Intrinsic {
  return scope.parameter('Architecture', {
    Type: 'String',
    Description: 'Processor of the functions; for sam local invoke that of this machine',
    Default: 'arm64',
    AllowedValues: ['arm64', 'x86_64'],
  });
}

function destinationOf({ failedEvents }: FunctionDefinition) {
  if (failedEvents === null) return {};
  return { DestinationConfig: { OnFailure: { Type: 'SQS' as const, Destination: failedEvents.att('Arn') } } };
}

/** Returns the environment variables that both functions read. */
export function functionVariables(
  scope: Scope,
  { core, secrets }: { core: CoreOutputs; secrets: SecretsOutputs },
): Readonly<Record<string, Value<string>>> {
  return {
    [ENV.environment]: scope.environment,
    [ENV.locksTableName]: core.LocksTableName,
    [ENV.artifactsBucketName]: core.ArtifactsBucketName,
    [ENV.githubTokenSecretArn]: secrets.GitHubTokenSecretArn,
    [ENV.projectConfigParameterName]: secrets.GitHubProjectConfigParameterName,
    [ENV.releaseParameterName]: nameOf('releaseParameter'),
    [ENV.pausedParameterName]: nameOf('pausedParameter'),
    [ENV.codeBuildProjectName]: nameOf('buildProject'),
    // Environment variables are text.
    [ENV.maxConcurrentBuilds]: sub`${scope.setting('maxConcurrentBuilds')}`,
    [ENV.leaseMinutes]: sub`${scope.setting('leaseMinutes')}`,
  };
}

/** `sam build` bundles with esbuild as the release does: one ES module with everything in it. */
function buildSettings(): { BuildMethod: 'esbuild'; BuildProperties: EsbuildMetadata['BuildProperties'] } {
  return {
    BuildMethod: 'esbuild',
    BuildProperties: {
      EntryPoints: ['handler.ts'],
      Target: 'node24',
      Format: 'esm',
      OutExtension: ['.js=.mjs'],
      MainFields: 'module,main',
      Minify: true,
      LegalComments: 'eof',
      Charset: 'utf8',
      Sourcemap: false,
      // CommonJS packages call require(), which an ES module lacks.
      Banner: [
        "js=import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
      ],
    },
  };
}
