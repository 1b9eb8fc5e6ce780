import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInstallation } from '../../../src/adapters/files/installation.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import { createSandbox } from '../../../src/adapters/process/sandbox.ts';
import { EXECUTABLE_CONFIGURATION } from '../../../src/core/repository/protected-paths.ts';

/** What one run takes: milliseconds, and the most memory that the process itself had at a time. */
export interface LargeRun {
  readonly checkoutMs: number;
  readonly taskMs: number;
  readonly verifyMs: number;
  readonly peakMb: number;
}

/** All that the worker does to the trees of one run with one task: what install, agent and tests do is left out. */
async function runOnce([run = '', remoteUrl = '', token = '']: readonly string[]): Promise<LargeRun> {
  const own = join(run, 'private');
  const workspace = join(run, 'workspace');
  const sandbox = await createSandbox({ runDirectory: run, hide: [own] });
  try {
    const repository = await createGitRepository({
      privateDirectory: own,
      gitDirectory: join(own, 'git'),
      workspace,
      credentials: async () => ({ username: 'x-access-token', password: token }),
      identity: { name: 'Kiro Worker', email: 'bot@example.com' },
      remoteUrl,
      secrets: () => [token],
    });
    const { home, grant } = sandbox;
    const installation = createInstallation({ privateDirectory: own, workspace, home, grant });
    const handOver = async () => {
      await repository.resetWorkspaceGit();
      await grant(workspace);
    };
    let rules = '';
    const checkoutMs = await timed(async () => {
      const branches = { branch: 'feature/a', base: 'main', rulesBranch: 'main' };
      rules = (await repository.checkout(branches)).rules.commit;
    });
    const taskMs = await timed(async () => {
      await installation.begin();
      await installation.seal(1);
      await repository.keepInstalled();
      await installation.open();
      await repository.discard();
      await repository.restore(rules, EXECUTABLE_CONFIGURATION);
      await handOver();
      await writeFile(join(workspace, 'README.md'), 'Larger\n');
      const work = await repository.stage();
      await repository.differences(rules, EXECUTABLE_CONFIGURATION);
      await work.commit({ message: 'Do it\n', trailers: [], exclude: EXECUTABLE_CONFIGURATION, contents: new Map() });
      await repository.push('feature/a');
    });
    const verifyMs = await timed(async () => {
      await repository.renew();
      await installation.begin();
      await installation.seal(1);
      await installation.open();
      await handOver();
    });
    await repository.diff();
    return { checkoutMs, taskMs, verifyMs, peakMb: await peakMb() };
  } finally {
    await sandbox.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Linux counts what a process had before it became this program among `maxRSS`; VmHWM is of the program alone. */
async function peakMb(): Promise<number> {
  const status = process.platform === 'linux' ? await readFile('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) / 1024;
}

if (import.meta.main) process.stdout.write(JSON.stringify(await runOnce(process.argv.slice(2))));
