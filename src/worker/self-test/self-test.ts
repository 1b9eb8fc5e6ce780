import type { NetworkRules } from '../../core/network.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import type { ReadProjectConfig, Secrets } from '../../core/ports/settings.ts';
import type { Toolchains } from '../../core/ports/toolchains.ts';
import { type Check, failed, isWell, passed } from '../../core/setup/check.ts';
import { runCheck } from '../../core/setup/run-check.ts';
import { formatSelfTestReport, SELF_TEST_FILE } from '../../core/setup/self-test-report.ts';
import { loadConfig } from '../../flows/poll/poll.ts';
import { checkLock } from './check-lock.ts';
import { checkSeparation } from './check-separation.ts';
import { checkTools } from './check-tools.ts';

/** What a self-test build tries. */
export interface SelfTestPorts {
  readonly secrets: Secrets;
  readonly readConfig: ReadProjectConfig;
  readonly locks: Pick<LockStore, 'get' | 'acquire' | 'release'>;
  readonly artifacts: ArtifactStore;
  /** With the network that the project configuration allows, null: all of it. Throws what keeps agent and tests from a place of
   *  their own. */
  readonly openSandbox: (network: NetworkRules | null) => Promise<SelfTestSandbox>;
  readonly clock: Pick<Clock, 'now'>;
  readonly redact: (text: string) => string;
}

export interface SelfTestSandbox {
  readonly sandbox: Sandbox;
  readonly toolchains: Toolchains;
  readonly commandEnvironment: Readonly<Record<string, string>>;
  /** A file of the worker's that nobody else may read. */
  readonly privateFile: string;
  close(): Promise<void>;
}

export interface SelfTestSettings {
  readonly environment: string;
  readonly buildId: string;
  /** A user of its own must run what comes from a branch. */
  readonly needsOwnUser: boolean;
  readonly agent: { readonly cliPath: string; readonly cliProblem: string | null };
}

/** Tries what every build needs, without a repository, a card or GitHub: stores the checks as one artifact, and returns whether all is
 *  well. Nothing that is found hides another thing. */
export async function runSelfTest(
  { settings, ports }: { settings: SelfTestSettings; ports: SelfTestPorts },
  report: (check: Check) => void,
): Promise<boolean> {
  let network: NetworkRules | null = null;
  const looks: ReadonlyArray<readonly [string, () => Promise<Check | readonly Check[]>]> = [
    ['bundle', async () => passed('bundle', `it runs, with Node ${process.version}`)],
    ['github-token', () => readSecret('github-token', ports.secrets.githubToken)],
    ['git-credentials', () => readSecret('git-credentials', ports.secrets.gitCredentials)],
    ['kiro-api-key', () => readSecret('kiro-api-key', ports.secrets.kiroApiKey)],
    [
      'project configuration',
      async () => {
        const config = await loadConfig(ports.readConfig);
        network = config.network;
        return passed('project configuration', `the build can read it; it names ${config.repository}`);
      },
    ],
    ['untrusted user', async () => withSandbox(await ports.openSandbox(network), settings)],
    ['lock', () => checkLock(ports, settings)],
  ];
  const checks: Check[] = [];
  for (const [name, look] of looks) {
    const found = (await runCheck(name, look)).map((check) => redacted(check, ports.redact));
    for (const check of found) report(check);
    checks.push(...found);
  }
  // Whoever asked for the build reads it: that it is there shows that it could be stored.
  await ports.artifacts.put(SELF_TEST_FILE, formatSelfTestReport(checks));
  return isWell(checks);
}

async function readSecret(name: string, read: () => Promise<unknown>): Promise<Check> {
  await read();
  return passed(name, 'the build can read it');
}

async function withSandbox(
  opened: SelfTestSandbox,
  { needsOwnUser, agent }: SelfTestSettings,
): Promise<readonly Check[]> {
  try {
    return [
      ...(await runCheck('untrusted user', () => checkSeparation(opened, { needsOwnUser }))),
      ...(await runCheck('tools', () => checkTools(opened))),
      ...(await runCheck('Kiro CLI', () => checkAgent(opened, agent))),
    ];
  } finally {
    await opened.close();
  }
}

async function checkAgent(
  { sandbox, commandEnvironment: env }: SelfTestSandbox,
  { cliPath, cliProblem }: SelfTestSettings['agent'],
): Promise<Check> {
  const remedy =
    'Mirror a pinned version to tools/ in the artifacts bucket, or use an image that has it (docs/deployment.md).';
  if (cliProblem !== null) return failed('Kiro CLI', { detail: cliProblem, remedy });
  const ended = await sandbox.run({ command: [cliPath, '--version'], cwd: sandbox.home, env, timeoutMs: 60_000 });
  if (ended.exitCode === 0) return passed('Kiro CLI', ended.stdoutTail.trim().split('\n')[0] ?? cliPath);
  return failed('Kiro CLI', {
    detail: `${cliPath} does not start: ${ended.stderrTail.trim() || ended.endedBy}`,
    remedy,
  });
}

function redacted({ name, state, detail, remedy }: Check, redact: (text: string) => string): Check {
  return { name, state, detail: redact(detail), remedy: remedy === null ? null : redact(remedy) };
}
