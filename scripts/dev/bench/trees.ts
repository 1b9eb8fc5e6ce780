import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { REPOSITORY_ROOT } from '../../../src/adapters/bundle/bundle.ts';
import { copyFolder } from '../../../src/adapters/files/copy-folder.ts';
import { createInstallation } from '../../../src/adapters/files/installation.ts';
import { createSandbox, type LocalSandbox } from '../../../src/adapters/process/sandbox.ts';
import { runSubprocess } from '../../../src/adapters/process/subprocess.ts';
import { EXECUTABLE_CONFIGURATION } from '../../../src/core/repository/protected-paths.ts';
import { createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';
import { compare, median, type Row } from './row.ts';

const TRACKED_FILES = 5_000;
const FOLDERS = 250;

interface RunParts {
  readonly sandbox: LocalSandbox;
  /** Commit that the rules come from. */
  readonly rules: string;
}

/** What it costs that agent, tests and coverage each get a tree of their own. */
export async function measureTrees({ quick }: { quick: boolean }): Promise<Row[]> {
  return [await measureRun({ runs: quick ? 1 : 5 }), await measureProduct({ runs: quick ? 1 : 3 })];
}

/** All that a run with one task and a coverage command of its own does to trees after the check-out at its start: hand-overs to
 *  install, agent, tests and coverage, what the agent changed, and the fresh tree of the final head. */
async function measureRun({ runs }: { runs: number }): Promise<Row> {
  const files = Object.fromEntries(
    Array.from({ length: TRACKED_FILES }, (_, n) => [`src/${n % FOLDERS}/file-${n}.js`, sourceOf(n)]),
  );
  const scene = await createGitScene({ files });
  await chmod(scene.folder, 0o711);
  const sandbox = await createSandbox({ runDirectory: scene.folder });
  try {
    let rules = '';
    const checkoutMs = await timed(async () => {
      rules = (await scene.checkout()).rules.commit;
    });
    const values: number[] = [];
    for (let run = 0; run < runs; run += 1) values.push(await timed(() => useTrees(scene, { sandbox, rules })));
    return compare({
      group: 'trees',
      what: `trees of one run, ${TRACKED_FILES.toLocaleString('en')} tracked files`,
      value: median(values),
      unit: 'ms',
      against: { what: 'check-out', value: checkoutMs },
      note: 'goal: 3,000 ms',
    });
  } finally {
    await sandbox.close();
    await scene.close();
  }
}

async function useTrees({ folder, repository, workspace }: GitScene, { sandbox, rules }: RunParts) {
  const installation = createInstallation({
    privateDirectory: join(folder, 'private'),
    workspace,
    home: sandbox.home,
    grant: sandbox.grant,
  });
  const handOver = async () => {
    await repository.resetWorkspaceGit();
    await sandbox.grant(workspace);
  };
  await installation.begin();
  await handOver();
  await installation.seal(1);
  await repository.keepInstalled();
  await installation.open();
  await repository.discard();
  await repository.restore(rules, EXECUTABLE_CONFIGURATION);
  await handOver();
  await repository.stage();
  await repository.differences(rules, EXECUTABLE_CONFIGURATION);
  await repository.renew();
  await installation.begin();
  await handOver();
  await installation.seal(2);
  for (const _step of ['tests', 'coverage']) {
    await installation.open();
    await handOver();
  }
}

/** One more copy of this repository's own packages, as a further task or a coverage command needs it. */
async function measureProduct({ runs }: { runs: number }): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-trees-'));
  try {
    const from = join(REPOSITORY_ROOT, 'node_modules');
    const plain: number[] = [];
    const ours: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const to = join(folder, String(run));
      await mkdir(to);
      plain.push(await timed(() => runPlainCopy(from, join(to, 'plain'))));
      ours.push(await timed(() => copyFolder(from, join(to, 'ours'))));
      await rm(to, { recursive: true });
    }
    return compare({
      group: 'trees',
      what: 'one more copy of an install product (node_modules here)',
      value: median(ours),
      unit: 'ms',
      against: { what: 'cp -R', value: median(plain) },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function runPlainCopy(from: string, to: string) {
  const env = { PATH: process.env.PATH ?? '' };
  return runSubprocess({ command: ['cp', '-R', from, to], cwd: '/', env, timeoutMs: 600_000 });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function sourceOf(n: number): string {
  return `/** Part ${n}. */\n${`export const value${n} = ${n};\n`.repeat(60)}`;
}
