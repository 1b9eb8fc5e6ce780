import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';
import type { Commands } from '../../core/repository/commands.ts';
import { notableChanges } from './notable-changes.ts';

describe('notableChanges', () => {
  let scene: GitScene;
  afterEach(() => scene.close());

  /** Rules and paths of the findings about a branch with these files. */
  async function find(branchFiles: Record<string, string>, before: () => Promise<void> = async () => {}) {
    scene = await createGitScene({ branchFiles });
    const { head, rules } = await scene.checkout();
    await before();
    const place = { rules: { branch: 'main', ...rules }, head, mergeBase: rules.mergeBase };
    const state = { stage: 'checked-out', base: 'main', pullRequest: null, repositoryFile: null, ...place } as const;
    return notableChanges(scene.repository, state);
  }

  it('finds coverage exclusions also where attributes call a file binary, and in no file that only moved on', async () => {
    const found = await find({
      '.gitattributes': '* binary -diff\n',
      'a\nb.js': '/* c8 ignore next */\n',
      'with-nul.js': '\0 istanbul ignore file\n',
      'plain.js': 'export const a = 1;\n',
    });
    expect(found.map(({ rule, path }) => [rule, path])).to.deep.equal([
      ['changes/review', '.gitattributes'],
      ['changes/coverage-exclusion', 'a\nb.js'],
    ]);
    expect(found[1]?.message).to.include('with-nul.js').and.not.include('plain.js');
  });

  it('names files that the scripts of package.json run, before and after the change', async () => {
    scene = await createGitScene({
      files: { 'package.json': '{"scripts":{"test":"node --import=./ci/setup.mjs ci/run.mjs"}}' },
      branchFiles: {
        'package.json': '{"scripts":{"test":"sh -c \'ci/other.sh && true\'"}}',
        ...Object.fromEntries(['ci/setup.mjs', 'ci/run.mjs', 'ci/other.sh', 'ci/unused.sh'].map((name) => [name, 'x'])),
      },
    });
    const { head, rules } = await scene.checkout();
    const commands = {
      ...{
        folder: '.',
        install: [],
        ecosystem: null,
        detectedBy: [],
        needs: [],
        test: ['npm', 'test'],
        coverage: null,
        source: 'package.json',
      },
      reports: { tests: [], coverage: [] },
    } satisfies Commands;
    const found = await notableChanges(scene.repository, { rules: { branch: 'main', ...rules }, head, commands });
    const message = found.find(({ rule }) => rule === 'changes/command-file')?.message;
    expect(message).to.include('ci/other.sh, ci/run.mjs, ci/setup.mjs changed');
  });

  it('loses no package.json among very many', async () => {
    const names = Array.from({ length: 201 }, (_, at) => `p/${String(at).padStart(3, '0')}/package.json`);
    const found = await find(Object.fromEntries(names.map((name) => [name, '{"name":"a"}'])));
    expect(found.map(({ rule, path }) => [rule, path])).to.deep.equal([['changes/package-scripts', names[200]]]);
  });

  it('says that nothing could be examined when git fails', async () => {
    const spoil = () => rm(path.join(scene.folder, 'private/git/objects'), { recursive: true });
    const found = await find({ '.npmrc': 'a=b\n' }, spoil);
    expect(found.map(({ rule, severity }) => [rule, severity])).to.deep.equal([['changes/not-examined', 'warning']]);
  });
});
