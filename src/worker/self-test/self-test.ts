import { keySettingOf } from '../../core/agent/settings.ts';
import { type Check, failed, isWell, passed } from '../../core/setup/check.ts';
import { runCheck } from '../../core/setup/run-check.ts';
import { formatSelfTestReport, SELF_TEST_FILE } from '../../core/setup/self-test-report.ts';
import { loadConfig } from '../../flows/poll/poll.ts';
import { checkLock } from './check-lock.ts';
import { checkSeparation } from './check-separation.ts';
import { checkTools } from './check-tools.ts';
import type { SelfTestConfig, SelfTestPorts, SelfTestSandbox, SelfTestSettings } from './self-test-parts.ts';

/** Tries what every build needs, without a repository, a card or GitHub: stores the checks as one artifact, and returns whether all is
 *  well. Nothing that is found hides another thing. */
export async function runSelfTest(
  { settings, ports }: { settings: SelfTestSettings; ports: SelfTestPorts },
  report: (check: Check) => void,
): Promise<boolean> {
  let known: SelfTestConfig | null = null;
  const looks: ReadonlyArray<readonly [string, () => Promise<Check | readonly Check[]>]> = [
    ['bundle', async () => passed('bundle', `it runs, with Node ${process.version}`)],
    ['github-token', () => readSecret('github-token', ports.secrets.githubToken)],
    ['git-credentials', () => readSecret('git-credentials', ports.secrets.gitCredentials)],
    [
      'project configuration',
      async () => {
        const config = await loadConfig(ports.readConfig);
        known = config;
        return passed('project configuration', `the build can read it; it names ${config.repository}`);
      },
    ],
    ["the agent's key", () => checkKey(known?.agent ?? null, ports.secrets)],
    ['untrusted user', async () => withSandbox(await ports.openSandbox(known), settings)],
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

/** The key of the agent that is configured; the others need not be there. */
async function checkKey(
  agent: SelfTestConfig['agent'] | null,
  secrets: SelfTestPorts['secrets'],
): Promise<readonly Check[]> {
  const setting = agent === null ? 'kiro-api-key' : keySettingOf(agent);
  if (setting === null) return [passed('agent-key', 'the agent gets none (agent.keyVariable is not set)')];
  return runCheck(setting, () => readSecret(setting, setting === 'agent-key' ? secrets.agentKey : secrets.kiroApiKey));
}

async function withSandbox(
  opened: SelfTestSandbox,
  { needsOwnUser, agent }: SelfTestSettings,
): Promise<readonly Check[]> {
  try {
    return [
      ...(await runCheck('untrusted user', () => checkSeparation(opened, { needsOwnUser }))),
      ...(await runCheck('tools', () => checkTools(opened))),
      ...(await runCheck(opened.agent === null ? 'Kiro CLI' : 'agent', () => checkAgent(opened, agent))),
    ];
  } finally {
    await opened.close();
  }
}

async function checkAgent(
  { sandbox, commandEnvironment: env, agent }: SelfTestSandbox,
  { cliPath: named, cliProblem }: SelfTestSettings['agent'],
): Promise<Check> {
  if (agent !== null) {
    await agent.prepare();
    return passed('agent', `${agent.name} starts, and opens a session`);
  }
  const cliPath = named ?? 'kiro-cli';
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
