import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createToolchains } from '../adapters/process/tools/toolchains.ts';
import { untrustedEnvironment } from '../adapters/process/untrusted-environment.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { AgentFields } from '../core/agent/settings.ts';
import type { Secrets } from '../core/ports/settings.ts';
import {
  composeOutput,
  createArtifacts,
  createBuildReports,
  createLocks,
  createReadConfig,
  createRunSandbox,
  runFolders,
  type SandboxConfig,
} from './compose.ts';
import { createAgent } from './compose-agent.ts';
import type { Environment } from './environment.ts';
import { runSelfTest } from './self-test/self-test.ts';
import type { SelfTestSandbox } from './self-test/self-test-parts.ts';
import { showNoReports } from './steps/show-reports.ts';

/** Runs a self-test with the parts of a real run, and returns the exit code. Throws ARTIFACT_NOT_STORED. */
export async function selfTest(
  { build, places, agent }: Environment,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const settings = { ...build, places, agent };
  const { secrets, telemetry, redact } = await composeOutput(settings, env);
  try {
    await showNoReports({ buildReports: createBuildReports(settings), redact, reportProgress: () => undefined });
    const isWell = await runSelfTest(
      {
        settings: { ...build, agent, needsOwnUser: places.untrustedUser !== null },
        ports: {
          secrets,
          redact,
          readConfig: createReadConfig(settings),
          locks: createLocks(settings),
          artifacts: createArtifacts(settings),
          openSandbox: (config) => openSandbox({ settings, secrets, env }, config ?? NO_CONFIG),
          clock: systemClock,
        },
      },
      ({ name, state, detail }) => telemetry.info(`self-test: ${name} ${state}`, { detail }),
    );
    return isWell ? 0 : 1;
  } finally {
    telemetry.flush();
  }
}

/** Where the project configuration cannot be read. */
const NO_CONFIG: SandboxConfig = { network: null, agent: AgentFields.parse({}) };

interface SelfTestParts {
  readonly settings: Pick<Environment, 'places' | 'agent'>;
  readonly secrets: Secrets;
  readonly env: Readonly<Record<string, string | undefined>>;
}

async function openSandbox({ settings, secrets, env }: SelfTestParts, config: SandboxConfig): Promise<SelfTestSandbox> {
  const folders = runFolders(settings);
  mkdirSync(folders.own, { recursive: true });
  const privateFile = path.join(folders.own, 'self-test');
  writeFileSync(privateFile, 'private');
  const sandbox = await createRunSandbox(settings, { folders, config });
  const commandEnvironment = untrustedEnvironment({ home: sandbox.home });
  return {
    sandbox,
    commandEnvironment,
    privateFile,
    agent:
      config.agent.kind === 'kiro'
        ? null
        : createAgent({ config: config.agent, settings: settings.agent, env, secrets, sandbox }),
    toolchains: createToolchains({ sandbox, commandEnvironment, links: path.join(folders.run, 'tools') }),
    close: () => sandbox.close(),
  };
}
