import { delimiter, dirname } from 'node:path';
import {
  LOCALE_VARIABLES,
  networkVariables,
  pickVariables,
  registryVariables,
  TOOLCHAIN_VARIABLES,
} from '../../adapters/process/machine-variables.ts';
import { TOOL_VARIABLES } from '../../adapters/process/tools/tool-places.ts';
import { ENV } from '../../core/names.ts';
import type { BuildRecord } from './build-records.ts';

export interface EnvironmentParts {
  readonly record: BuildRecord;
  readonly arn: string;
  readonly region: string | null;
  readonly sourceFolder: string;
  readonly logFile: string;
  readonly buildspecVariables: Readonly<Record<string, string>>;
  readonly secretVariables: Readonly<Record<string, string>>;
  readonly succeeding: boolean;
}

/** Returns the whole environment of a phase: what this machine gives every program, then the buildspec's, the secrets, the
 *  project's and the build's own (the later one wins, as in CodeBuild), last what the build service sets itself. */
export function phaseEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { record, arn, region, sourceFolder, logFile, succeeding } = parts;
  return {
    ...inherited(),
    ...parts.buildspecVariables,
    ...parts.secretVariables,
    ...record.variables,
    ...(region === null ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    CODEBUILD_CI: 'true',
    CODEBUILD_BUILD_ID: record.id,
    CODEBUILD_BUILD_ARN: arn,
    CODEBUILD_BUILD_NUMBER: String(record.number),
    CODEBUILD_BUILD_SUCCEEDING: succeeding ? '1' : '0',
    CODEBUILD_INITIATOR: 'kiro-worker-local',
    CODEBUILD_LOG_PATH: logFile,
    CODEBUILD_SOURCE_REPO_URL: record.source,
    CODEBUILD_SRC_DIR: sourceFolder,
    CODEBUILD_START_TIME: String(record.startedAtMs),
  };
}

/** `node` in a build is the Node that runs this, whatever the machine has installed; the worker gets the machine's own PATH back,
 *  since what it runs is another project. */
function inherited(): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME, TMPDIR } = process.env;
  return {
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    [ENV.machinePath]: PATH,
    // Node's lies in /tmp, where anybody may have made it first.
    NODE_DISABLE_COMPILE_CACHE: '1',
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...pickVariables(process.env, [...LOCALE_VARIABLES, ...TOOLCHAIN_VARIABLES, ...TOOL_VARIABLES]),
    ...registryVariables(process.env),
    ...networkVariables(process.env),
  };
}
