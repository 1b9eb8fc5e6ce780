import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../src/core/ports/clock.ts';
import { deleteBranch, listBranches } from '../../src/fakes/github/repositories.ts';
import { Faults } from '../drill/flows/faults.ts';
import { MemoryGit } from '../drill/flows/memory/git.ts';
import { createMemoryRepository, type Workspace } from '../drill/flows/memory/repository.ts';
import { DrillProcess } from '../drill/flows/process.ts';
import { VirtualTime } from '../drill/flows/virtual-time.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { createGitScene } from '../support/scenes/git.ts';
import { MAIN, OWN, repositoryContract, SECRET } from './repository.ts';

repositoryContract({ name: 'git', also: itInRehearsal }, async () => {
  const scene = await createGitScene({ files: MAIN, branchFiles: OWN, secrets: [SECRET] });
  const place = (file: string) => path.join(scene.workspace, file);
  return {
    repository: scene.repository,
    write: scene.write,
    read: (file) => readFile(place(file), 'utf8').catch(nullIfMissing),
    remove: (file) => rm(place(file)),
    pushAsPerson: (branch, files) => scene.github.moveBranch(scene.hosted, { branch, files }),
    headOnServer: async (branch) =>
      (await listBranches(scene.hosted.directory)).find(({ name }) => name === branch)?.head ?? null,
    deleteOnServer: (branch) => deleteBranch(scene.hosted, branch),
    close: scene.close,
  };
});

repositoryContract({ name: 'in memory, for the drill' }, async () => {
  const server = new MemoryGit();
  const workspace: Workspace = new Map();
  const time = new VirtualTime();
  const common = { author: 'Robin Example <robin@example.com>', message: 'A change\n', atMs: time.now() };
  server.commitTo('main', { files: MAIN, ...common });
  server.commitTo('feature/a', { files: OWN, from: 'main', ...common });
  const repository = createMemoryRepository({
    server,
    workspace,
    process: new DrillProcess({ name: 'contract', faults: new Faults([], time), time }),
    secrets: () => [SECRET],
    author: 'Kiro Worker <bot@example.com>',
    clock: jumpingClock(time),
    refusal: () => null,
    onPush: () => {},
  });
  return {
    repository,
    write: async (file, content) => void workspace.set(file, Buffer.from(content)),
    read: async (file) => workspace.get(file)?.toString() ?? null,
    remove: async (file) => void workspace.delete(file),
    pushAsPerson: async (branch, files) => server.commitTo(branch, { files, ...common }),
    headOnServer: async (branch) => server.refs.get(`refs/heads/${branch}`) ?? null,
    deleteOnServer: async (branch) => void server.refs.delete(`refs/heads/${branch}`),
    close: async () => {},
  };
});

/** Nothing has to be waited for: a sleep is a jump. */
function jumpingClock(time: VirtualTime): Clock {
  let sleptMs = 0;
  return {
    now: () => time.now() + sleptMs,
    monotonicMs: () => sleptMs,
    sleep: async (ms) => {
      sleptMs += ms;
    },
  };
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
