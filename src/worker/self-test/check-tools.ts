import type { ToolName } from '../../core/repository/tool-need.ts';
import { type Check, failed, passed, warning } from '../../core/setup/check.ts';
import type { SelfTestSandbox } from './self-test-parts.ts';

/** What no run can do without. */
const NEEDED: readonly ToolName[] = ['node'];
/** What the build image has, for repositories that ask for it. */
const OTHERS: readonly ToolName[] = ['python', 'go', 'jdk'];

/** Starts each tool chain of the machine as the untrusted user. */
export async function checkTools({ toolchains, sandbox, commandEnvironment: env }: SelfTestSandbox): Promise<Check[]> {
  const checks: Check[] = [];
  for (const tool of [...NEEDED, ...OTHERS]) {
    const { usable, closed } = await toolchains.list({ tool });
    const obstacles = closed.map(({ program, obstacle }) => `${program}: ${obstacle}`).join('; ');
    const remedy =
      'A repository that needs it ends as setup-failed: use an image that has it open to every user (docs/tool-places.md).';
    if (usable.length > 0) checks.push(passed(tool, usable.map(({ version }) => version).join(', ')));
    else if (NEEDED.includes(tool)) checks.push(failed(tool, { detail: obstacles || 'not there', remedy }));
    else checks.push(warning(tool, { detail: obstacles || 'not there', remedy }));
  }
  const git = await sandbox.run({ command: ['git', '--version'], cwd: sandbox.home, env, timeoutMs: 60_000 });
  if (git.exitCode === 0) return [...checks, passed('git', git.stdoutTail.trim())];
  return [...checks, failed('git', { detail: sandbox.find('git'), remedy: 'Use an image that has git in /usr/bin.' })];
}
