import type { Sandbox } from '../../core/ports/process.ts';
import { type Check, failed, passed } from '../../core/setup/check.ts';
import type { SelfTestSandbox } from './self-test-parts.ts';

/** What the untrusted user must not be able to do, each as a shell script that ends with 0 where it can. */
const ATTEMPTS = {
  'read the worker’s folder': 'cat "$PRIVATE_FILE"',
  'read the worker’s variables': 'cat "/proc/$WORKER_PID/environ"',
  'read AWS credentials from its own variables': 'env | grep -E "^AWS_(ACCESS|SECRET|SESSION|CONTAINER)"',
} as const;

/** Shows that a user of its own runs what comes from a branch, and that this user cannot reach what is the worker's. */
export async function checkSeparation(
  { sandbox, commandEnvironment, privateFile }: SelfTestSandbox,
  { needsOwnUser }: { needsOwnUser: boolean },
): Promise<Check> {
  const remedy = 'Let no card run here: look at image and project of the build (docs/security.md).';
  if (needsOwnUser && sandbox.isolation !== 'user')
    return failed('untrusted user', { detail: `programs run with isolation "${sandbox.isolation}"`, remedy });
  const env = { ...commandEnvironment, PRIVATE_FILE: privateFile, WORKER_PID: String(process.pid) };
  const user = await run(sandbox, { env, script: 'id -un' });
  // A place where nothing starts would pass every attempt.
  if (user.exitCode !== 0)
    return failed('untrusted user', {
      detail: `it starts no program: ${user.stderrTail.trim() || user.endedBy}`,
      remedy,
    });
  const open: string[] = [];
  for (const [name, script] of Object.entries(ATTEMPTS))
    if ((await run(sandbox, { env, script })).exitCode === 0) open.push(name);
  const who = user.stdoutTail.trim();
  if (open.length > 0) return failed('untrusted user', { detail: `${who} can ${open.join(' and ')}`, remedy });
  return passed('untrusted user', `${who} can reach neither files nor variables of the worker`);
}

function run(sandbox: Sandbox, { env, script }: { env: Readonly<Record<string, string>>; script: string }) {
  return sandbox.run({ command: ['sh', '-c', script], cwd: sandbox.home, env, timeoutMs: 60_000 });
}
