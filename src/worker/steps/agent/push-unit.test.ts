import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../../../../test/left-to-rehearsal.ts';
import { BRANCH, createGitScene, type GitScene, TASKS } from '../../../../test/support/scenes/git.ts';
import { parseTasks, type SpecTask } from '../../../core/spec/tasks.ts';
import type { FileChange } from '../../../fakes/github/git/commits.ts';
import { createRunRecorder } from '../../run-record.ts';
import { isEnded } from '../../run-result.ts';
import type { Prepared } from '../../run-states.ts';
import { commitTextOf, pushUnit } from './push-unit.ts';

const PLAN = '- [ ] 1. Do it\n- [ ] 2. Then that\n- [x] 3. Done before\n';
const TICKED = PLAN.replace('[ ] 1', '[x] 1');
const SPEC = path.posix.dirname(TASKS);
const LINES = Array.from({ length: 30 }, (_, n) => `line ${n}\n`);
const THEIRS = { name: 'Robin', email: 'robin@example.com' };
const SETTINGS = { branch: BRANCH, specPath: SPEC, buildId: 'b:1' } as const;

type Files = Readonly<Record<string, FileChange>>;

/** A text with one line replaced. */
function linesWith(at: number, text: string): string {
  return LINES.with(at, `${text}\n`).join('');
}

describe('the commit of a finished unit', () => {
  let scene: GitScene;
  const scenes: GitScene[] = [];
  afterEach(async () => {
    for (const one of scenes.splice(0)) await one.close();
  });

  /** A unit that is committed, with `agent` as its files, and what pushes it. */
  async function finish(agent: Readonly<Record<string, string>> = { 'lines.txt': linesWith(2, 'by the agent') }) {
    scene = await createGitScene({
      files: { 'lines.txt': LINES.join(''), 'other.txt': 'other\n' },
      branchFiles: { [TASKS]: { mode: '100755', content: PLAN }, [`${SPEC}/design.md`]: 'Design\n' },
    });
    scenes.push(scene);
    const { head, mergeBase, rules } = await scene.checkout();
    const from: Prepared = {
      ...{ stage: 'prepared', base: 'main', pullRequest: null, repositoryFile: null, specFiles: ['tasks.md'] },
      ...{ head, mergeBase, rules: { branch: 'main', ...rules }, tasks: parseTasks(PLAN) },
      commands: {
        ...{
          folder: '.',
          install: [],
          ecosystem: null,
          detectedBy: [],
          needs: [],
          test: ['true'],
          coverage: null,
          source: 'here',
        },
        reports: NONE,
      },
      looksAgain: false,
      baseline: { commit: head, verdict: null },
      tolerated: new Map(),
    };
    const [unit] = from.tasks.tasks;
    if (unit === undefined) throw new Error('the plan has no task');
    for (const [file, text] of Object.entries(agent)) await scene.write(file, text);
    const { ticked, ...text } = commitTextOf(SETTINGS, { unit, tasks: from.tasks });
    const committed = await (await scene.repository.stage()).commit({ ...text, exclude: [] });
    if (committed.kind !== 'committed') throw new Error(committed.kind);
    const to = { ...from, head: committed.head, tasks: parseTasks(ticked) };
    return { from, unit, to, push: () => pushAndSee({ unit, from, to }) };
  }

  async function pushAndSee(finished: { unit: SpecTask; from: Prepared; to: Prepared }) {
    const record = createRunRecorder();
    const { signal } = new AbortController();
    const monitor = { assertLockHeld: async () => {}, ended: () => null, signal };
    const telemetry = { error: () => undefined };
    const { repository } = scene;
    const noted: { commit: string; parent: string }[] = [];
    const ownCommits = {
      note: async (commit: (typeof noted)[number]) => void noted.push(commit),
      flush: async () => {},
    };
    const context = { settings: SETTINGS, repository, monitor, record, telemetry, ownCommits };
    const state = await pushUnit(context, finished);
    return { state, noted, findings: record.current().results.findings };
  }

  const personPushes = (files: Files, branch: string = BRANCH) =>
    scene.github.moveBranch(scene.hosted, { branch, files, message: 'Mine\n', author: THEIRS });
  const onServer = async (...args: string[]) => (await scene.onServer(...args)).trim();
  const fileOnServer = (file: string) => scene.onServer('cat-file', 'blob', `refs/heads/${BRANCH}:${file}`);
  const remoteHead = () => onServer('rev-parse', `refs/heads/${BRANCH}`);

  /** Asserts that the unit ended the run, with nothing but the person's push on the branch. */
  async function expectMoved(
    ended: Awaited<ReturnType<typeof pushAndSee>>,
    { words, head }: { words: RegExp; head: string },
  ) {
    expect(ended.state).to.include({ kind: 'branch-moved' });
    expect(isEnded(ended.state) && ended.state.detail).to.match(words);
    expect(ended.findings).to.deep.equal([]);
    expect(await remoteHead()).to.equal(head);
  }

  it('is put onto a head that somebody pushed, line by line, with all that was pushed', async () => {
    const { push, from } = await finish({ 'lines.txt': linesWith(2, 'by the agent'), 'new.txt': 'new\n' });
    const files = { 'lines.txt': linesWith(25, 'by Robin'), 'other.txt': null, 'theirs.txt': 'theirs\n' };
    const theirs = await personPushes(files);
    const { state, findings } = await push();
    if (isEnded(state)) throw new Error(state.detail);
    expect(await remoteHead()).to.equal(state.head);
    expect(await onServer('rev-parse', `${state.head}^`)).to.equal(theirs);
    expect(await fileOnServer('lines.txt')).to.equal(LINES.with(2, 'by the agent\n').with(25, 'by Robin\n').join(''));
    const changed = await onServer('diff', '--name-status', theirs, state.head);
    expect(changed.split('\n')).to.deep.equal([`M\t${TASKS}`, 'M\tlines.txt', 'A\tnew.txt']);
    expect(await onServer('ls-tree', state.head, TASKS)).to.match(/^100755 blob/);
    expect(await onServer('log', '-1', '--format=%an %s', state.head)).to.equal('Kiro Worker 1 Do it');
    expect(state.tasks.text).to.equal(TICKED);
    expect(await scene.repository.changedFiles({ since: theirs })).to.deep.equal([TASKS, 'lines.txt', 'new.txt']);
    expect(await readFile(path.join(scene.workspace, 'theirs.txt'), 'utf8')).to.equal('theirs\n');
    expect(findings.map(({ rule, message }) => [rule, message])).to.deep.equal([
      ['agent/branch-moved', `1 Do it was begun at ${from.head.slice(0, 12)} and put onto ${theirs.slice(0, 12)}.`],
    ]);
  });

  itInRehearsal('is put onto a head with other ticks, and leaves those as they are', async () => {
    const { push } = await finish();
    await personPushes({ [TASKS]: PLAN.replace('[ ] 2', '[x] 2').replace('[x] 3', '[ ] 3') });
    const { state } = await push();
    expect(state).to.include({ stage: 'prepared' });
    expect(await fileOnServer(TASKS)).to.equal(TICKED.replace('[ ] 2', '[x] 2').replace('[x] 3', '[ ] 3'));
  });

  itInRehearsal('takes what the base got meanwhile for no change of the branch', async () => {
    const { push } = await finish();
    const main = await personPushes({ 'of-main.txt': 'x\n' }, 'main');
    const tip = await personPushes({ 'of-main.txt': 'x\n' });
    const as = ['-c', `user.name=${THEIRS.name}`, '-c', `user.email=${THEIRS.email}`];
    const merged = await onServer(...as, 'commit-tree', `${tip}^{tree}`, '-p', tip, '-p', main, '-m', 'Merge');
    await onServer('update-ref', `refs/heads/${BRANCH}`, merged);
    const { state } = await push();
    expect(state).to.include({ stage: 'prepared', mergeBase: main });
    expect(await scene.repository.changedFiles()).to.not.include('of-main.txt');
  });

  itInRehearsal('ends the run where both changed the same lines, or one removed what the other changed', async () => {
    const { push } = await finish({ 'lines.txt': linesWith(2, 'by the agent'), 'other.txt': 'agent\n' });
    const head = await personPushes({ 'lines.txt': linesWith(2, 'by Robin'), 'other.txt': null });
    await expectMoved(await push(), { words: /both changed lines\.txt, other\.txt/, head });
  });

  itInRehearsal('ends the run where attributes would make a conflict go away', async () => {
    const { push } = await finish({ 'lines.txt': linesWith(2, 'by the agent') });
    const head = await personPushes({ '.gitattributes': '* merge=union\n', 'lines.txt': linesWith(2, 'by Robin') });
    await expectMoved(await push(), { words: /both changed lines\.txt/, head });
  });

  itInRehearsal('ends the run where a file of one stands in the way of a folder of the other', async () => {
    const { push } = await finish({ 'place/file.txt': 'agent\n' });
    const head = await personPushes({ place: 'a file\n' });
    await expectMoved(await push(), { words: /both changed place\/file\.txt/, head });
  });

  itInRehearsal('ends the run where the pushed head does not descend from the known one', async () => {
    const { push, from } = await finish();
    await onServer('update-ref', `refs/heads/${BRANCH}`, from.mergeBase);
    const head = await personPushes({ 'theirs.txt': 'x\n' });
    await expectMoved(await push(), { words: /does not descend/, head });
  });

  itInRehearsal('ends the run where the spec is not what the task was begun with', async () => {
    const changes: Files[] = [
      { [TASKS]: PLAN.replace('Do it', 'Do it twice') },
      { [`${SPEC}/design.md`]: 'Other\n' },
      { [`${SPEC}/more/notes.md`]: 'More\n' },
      { '.Kiro/specs/feature/a/tasks.md': PLAN },
      { [TASKS]: null },
    ];
    for (const change of changes) {
      const { push } = await finish();
      const head = await personPushes(change);
      await expectMoved(await push(), { words: /the spec has changed/, head });
    }
  });

  itInRehearsal('ends the run where somebody ticked the task, or did the same work', async () => {
    const first = await finish();
    const ticked = await personPushes({ [TASKS]: TICKED });
    await expectMoved(await first.push(), { words: /ticked there already/, head: ticked });
    const second = await finish();
    const same = await personPushes({ 'lines.txt': linesWith(2, 'by the agent') });
    await expectMoved(await second.push(), { words: /nothing of the work is left/, head: same });
  });

  itInRehearsal('ends the run where the rules have changed', async () => {
    const { push } = await finish();
    await personPushes({ '.kiro-worker.yml': 'test: [node, --test]\n' }, 'main');
    const head = await personPushes({ 'theirs.txt': 'x\n' });
    await expectMoved(await push(), { words: /rules have changed/, head });
  });

  itInRehearsal('goes on where the branch of the rules has changed, but not the rules', async () => {
    const { push } = await finish();
    const main = await personPushes({ 'src.txt': 'x\n' }, 'main');
    await personPushes({ 'theirs.txt': 'x\n' });
    const { state } = await push();
    expect(isEnded(state) || state.rules.commit).to.equal(main);
  });

  itInRehearsal('is put onto two heads at most', async () => {
    const { push } = await finish();
    let pushed = '';
    for (const n of [1, 2, 3]) {
      const run = async () => {
        pushed = await personPushes({ [`theirs-${n}.txt`]: 'x\n' });
      };
      scene.github.faults.next({ git: 'receive-pack', method: 'POST', skip: n - 1 }, { kind: 'before', run });
    }
    const ended = await push();
    await expectMoved(ended, { words: /moved again each time/, head: pushed });
    expect((await onServer('ls-tree', '--name-only', pushed)).split('\n')).to.include.members(
      [1, 2, 3].map((n) => `theirs-${n}.txt`),
    );
  });

  itInRehearsal('is put onto no branch that somebody deletes', async () => {
    const { push } = await finish();
    await onServer('update-ref', '-d', `refs/heads/${BRANCH}`);
    const { state } = await push();
    expect(state).to.include({ kind: 'branch-moved' });
    expect(await onServer('for-each-ref', `refs/heads/${BRANCH}`)).to.equal('');
  });
});

const NONE = { tests: [], coverage: [] };
