import { execa } from 'execa';
import { ENV } from '../core/names.ts';
import type { Isolation } from '../core/ports/process.ts';
import { type Check, failed, passed, warning } from '../core/setup/check.ts';
import { runCheck } from '../core/setup/run-check.ts';
import { checkNetwork } from './check-network.ts';
import { inSandbox } from './in-sandbox.ts';
import { findIsolation } from './isolation.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `--version` of a program that does not answer is the same as none. */
const PROBE_MS = 20_000;
const OLDEST = { node: [24, 14], git: [2, 39] } as const;

/** Looks at what every command needs of this machine: Node, git, the way out to the network. */
export async function checkMachine(env: Env): Promise<Check[]> {
  return [checkNode(), await checkGit(), ...checkNetwork(env)];
}

/** Looks for the programs that only the plain lines of the documents need. */
export async function checkPlainTools(): Promise<Check[]> {
  return Promise.all(
    (['aws', 'sam'] as const).map(async (program) => {
      const version = await versionOf(program);
      if (version !== null) return passed(program, version);
      return warning(program, {
        detail: 'not installed',
        remedy: `Nothing, unless you want the plain \`${program}\` lines of the documents; no command here needs it.`,
      });
    }),
  );
}

function checkNode(): Check {
  const { version } = process;
  if (isAtLeast(version, OLDEST.node)) return passed('Node', version);
  return failed('Node', {
    detail: `${version} is older than ${OLDEST.node.join('.')}`,
    remedy: 'Run npm ci in this checkout, which brings Node along, and start commands with npx kiro-worker.',
  });
}

async function checkGit(): Promise<Check> {
  const version = await versionOf('git');
  const remedy = `Install git ${OLDEST.git.join('.')} or newer.`;
  if (version === null) return failed('git', { detail: 'not installed', remedy });
  return isAtLeast(version, OLDEST.git)
    ? passed('git', version)
    : failed('git', { detail: `${version} is too old`, remedy });
}

/** Looks at what runs of this machine need: who the agent runs as, and what that user can start. */
export async function checkRuns(env: Env): Promise<{ checks: Check[]; isolation: Isolation }> {
  const { isolation, text, obstacle } = await findIsolation(env[ENV.untrustedUser]);
  const apart =
    obstacle === null
      ? isolation === 'none'
        ? warning('isolation', { detail: text, remedy: `Unset ${ENV.untrustedUser} to keep agent and tests apart.` })
        : passed('isolation', text)
      : failed('isolation', {
          detail: `${text} ${obstacle}`,
          remedy: 'Install bubblewrap (Linux: apt-get install bubblewrap), or accept it with --isolation none.',
        });
  const tools = obstacle === null ? await runCheck('tools', () => checkToolsAsUntrusted(env)) : [];
  return { checks: [apart, ...tools], isolation };
}

/** What every repository needs; `repository check` tries those of one repository. */
const TOOLS = ['node', 'git'] as const;

async function checkToolsAsUntrusted(env: Env): Promise<Check> {
  const missing = await inSandbox(env, async ({ run, home }) => {
    const ended = [];
    for (const tool of TOOLS)
      ended.push({ tool, ...(await run({ command: [tool, '--version'], cwd: home, env: {}, timeoutMs: PROBE_MS })) });
    return ended.flatMap(({ tool, exitCode }) => (exitCode === 0 ? [] : [tool]));
  });
  if (missing.length === 0) return passed('tools', `the user of agent and tests can start ${TOOLS.join(' and ')}`);
  return failed('tools', {
    detail: `the user of agent and tests cannot start ${missing.join(' and ')}`,
    remedy: 'Install them where every user can read them, such as /usr/local.',
  });
}

/** The first line that the program says of its version, null where there is none. */
async function versionOf(program: string): Promise<string | null> {
  const ended = await execa(program, ['--version'], { reject: false, timeout: PROBE_MS, stdin: 'ignore' });
  return ended.exitCode === 0 ? (ended.stdout.split('\n')[0] ?? '').trim() : null;
}

function isAtLeast(text: string, [major, minor]: readonly [number, number]): boolean {
  const [, first = '0', second = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
