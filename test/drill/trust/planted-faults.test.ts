import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { createInstallation } from '../../../src/adapters/files/installation.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { Repository } from '../../../src/core/ports/repository.ts';
import type { WorkspaceFiles } from '../../../src/core/ports/workspace-files.ts';
import { telling } from '../../left-to-rehearsal.ts';
import { drillArea } from '../drill.ts';
import { trustArea } from './area.ts';
import type { Attempt, Parts } from './attempt.ts';
import { ATTEMPTS } from './attempts.ts';

/** Stages with plain git on the work tree, as if that were safe. */
const stagesWithPlainGit: Parts['createGitRepository'] = async (options) => {
  const repository = await createGitRepository(options);
  const stage: Repository['stage'] = () => {
    const git = ['--git-dir', options.gitDirectory, '--work-tree', options.workspace];
    for (const command of [['read-tree', 'HEAD'], ['status'], ['add', '--all']])
      execFileSync('git', [...git, ...command], { stdio: 'ignore' });
    return repository.stage();
  };
  return new Proxy(repository, {
    get(target, name) {
      if (name === 'stage') return stage;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

/** Hands each step what the one before has left. */
const neverStartsClean: Parts['createInstallation'] = (options) =>
  Object.assign(createInstallation(options), { open: async () => {} });

/** Reads whatever lies at the path of a report. */
const readsAnything: Parts['createWorkspaceFiles'] = (workspace): WorkspaceFiles => ({
  look: async () => null,
  realRoot: async () => '/workspace',
  fileIn: () => () => false,
  watch: async ({ folder }) => ({
    removed: [],
    collect: async (patterns) => ({
      files: patterns.map((one) => ({ path: one, bytes: readFileSync(path.join(workspace, folder, one)) })),
      problems: [],
    }),
  }),
});

/** A variant of each attempt that its fault falls for. */
const SEED = 0;

describe('the drill of the trust boundary', () => {
  const FAULTS: readonly [key: string, parts: Partial<Parts>, violation: RegExp][] = [
    ['report/link-to-a-secret', { createWorkspaceFiles: readsAnything }, /a file of others was read for a report/],
    [
      'submodule/in-its-folder',
      { createGitRepository: stagesWithPlainGit },
      /a program of the branch ran as the worker’s user/,
    ],
    [
      'next-step/npmrc-in-the-home',
      { createInstallation: neverStartsClean },
      /the second step finds something else: .*npmrc/,
    ],
  ];
  for (const [key, parts, violation] of telling(1, FAULTS)) {
    it(`finds the fault that ${key} is for`, async () => {
      const attempts = ATTEMPTS.filter((attempt) => attempt.key === key);
      const sound = await drill(attempts, {});
      if (sound.possible === 0) return;
      expect(sound.violations).to.deep.equal([]);
      expect((await drill(attempts, parts)).violations.join('\n')).to.match(violation);
    });
  }

  it('takes an attempt whose trap was never set for a violation', async () => {
    const attempts: Attempt[] = [{ key: 'nothing', perform: async () => {} }];
    expect((await drill(attempts, {})).violations).to.deep.equal(['never struck']);
  });
});

async function drill(attempts: readonly Attempt[], parts: Partial<Parts>) {
  const area = await trustArea({ attempts, parts });
  const { violations } = await drillArea(area, { seed: SEED, runs: area.fullRuns, report: () => {} });
  return { possible: area.fullRuns, violations: violations.map(({ violation }) => violation) };
}
