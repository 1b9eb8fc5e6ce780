import { expect } from 'chai';
import type { FileChange } from '../../src/fakes/github/git/commits.ts';
import { REFUSALS } from '../../src/fakes/github/refusals.ts';
import { explain } from '../../src/flows/explain.ts';
import { itInRehearsal, telling } from '../left-to-rehearsal.ts';
import { PLACE, WORKER_FILE } from '../support/system/repository.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../support/system/test-system.ts';

describe('a board that GitHub shows in part, late, or in pieces', () => {
  let system: TestSystem;
  const open = async (options: TestSystemOptions = { build: ['true'] }) => {
    system = await createTestSystem(options);
  };
  const explained = async (item?: string) => {
    const { ports, config } = system.machine;
    const github = ports.connectGitHub(config);
    const { locks, clock } = ports;
    return explain({ config, github, locks, clock, ...(item === undefined ? {} : { item }) });
  };
  const started = ({ started: builds }: Awaited<ReturnType<TestSystem['poll']>>) => builds.map(({ title }) => title);
  const reasons = ({ leftOut }: Awaited<ReturnType<TestSystem['poll']>>) =>
    leftOut.map(({ title, reason }) => [title, reason]);
  afterEach(() => system.close());

  it('starts the others when one card, or the branch of one, cannot be read, and says why of that one', async () => {
    await open();
    const { state, rules } = system.github;
    const hidden = state.addRepository({ ...system.repository, owner: 'secret', protectedBranches: [] });
    const closing = state.addPullRequest({ repository: hidden, title: 'Private', headRef: 'x' });
    const issue = state.addIssue({ repository: system.repository, title: 'Half seen', closedBy: [closing] });
    state.addItem(system.project, { content: issue, column: 'For Implementation', priority: 'High' });
    rules.hide(closing, REFUSALS['token-lacks-right']);
    await system.addCard('Branch unseen', { priority: 'High' });
    rules.hideBranch({ repository: system.repository, branch: 'feature/branch-unseen' }, REFUSALS['token-lacks-right']);
    const result = await system.run();
    expect(started(result)).to.deep.equal([PLACE.card]);
    expect(reasons(result)).to.have.deep.members([
      ['Half seen', 'unreadable'],
      ['Branch unseen', 'unreadable'],
    ]);
    for (const { detail } of result.leftOut) expect(detail).to.include(REFUSALS['token-lacks-right'].message);
    const { cards } = await explained('half seen');
    expect(cards.map(({ reason }) => reason)).to.deep.equal(['unreadable']);
  });

  for (const as of telling(0, ['limits', 'timeout'] as const)) {
    it(`starts a card although GitHub answers for few branches at once (${as})`, async () => {
      await open();
      for (let i = 0; i < 60; i += 1) await system.addCard(`Card ${i}`);
      system.github.rules.weightLimit = { objects: 1000, as };
      expect(started(await system.run())).to.deep.equal([PLACE.card]);
    });
  }

  itInRehearsal('lets cards that are not eligible starve nobody, and looks at no more than it needs', async () => {
    await open();
    const { state } = system.github;
    state.moveCard(system.item, 'Backlog');
    for (let i = 0; i < 60; i += 1) {
      const content = state.addIssue({ repository: system.repository, title: `No branch ${i}` });
      state.addItem(system.project, { content, column: 'For Implementation', branch: `gone/${i}` });
    }
    await system.addCard('Behind them');
    for (let i = 0; i < 60; i += 1) {
      const content = state.addIssue({ repository: system.repository, title: `Far behind ${i}` });
      state.addItem(system.project, { content, column: 'For Implementation', branch: `far/${i}` });
    }
    const result = await system.run();
    expect(started(result)).to.deep.equal(['Behind them']);
    expect(system.github.requests.filter(({ operation }) => operation === 'InspectBranches')).to.have.length(2);
    expect(reasons(result)).to.deep.include(['Far behind 59', 'at-capacity']);
  });

  it('starts no build by a .kiro-worker.yml that cannot be used, and explain names all of its problems', async () => {
    await open();
    const put = (files: Record<string, FileChange>) =>
      system.github.moveBranch(system.repository, { branch: 'main', files });
    const broken: readonly (readonly [FileChange, string])[] = [
      ['tests: npm test\ncoverageThreshold: 101\n', 'coverageThreshold: must be between 0 and 100'],
      [{ mode: '120000', content: 'README.md' }, '.kiro-worker.yml on main is a link, no file.'],
      ['test: [npm, test\n', 'is not YAML'],
      [`# ${'x'.repeat(70_000)}\ntest: npm test\n`, 'Keep it below 64 KiB'],
    ];
    for (const [content, words] of telling(2, broken)) {
      await put({ '.kiro-worker.yml': content });
      const polled = await system.run();
      expect([started(polled), reasons(polled)]).to.deep.equal([[], [[PLACE.card, 'rules-invalid']]]);
      const { cards } = await explained('1');
      expect(cards[0]).to.include({ decision: 'left-out', reason: 'rules-invalid' });
      expect(cards[0]?.detail).to.include(words);
    }
    await put({ '.kiro-worker.yml': WORKER_FILE });
    expect(started(await system.run())).to.deep.equal([PLACE.card]);
  });

  itInRehearsal(
    'starts no build where the branch lacks the folder of the rules, and asks of all cards at once',
    async () => {
      await open();
      await system.addCard('With it');
      const { repository } = system;
      const inFolder = `folder: .//packages/api/\n${WORKER_FILE}`;
      await system.github.moveBranch(repository, { branch: 'main', files: { '.kiro-worker.yml': inFolder } });
      await system.github.moveBranch(repository, { branch: 'feature/with-it', files: { 'packages/api/a.js': 'a' } });
      const { cards } = await explained();
      expect(cards.map(({ title, reason }) => [title, reason])).to.deep.equal([
        [PLACE.card, 'folder-missing'],
        ['With it', 'ready'],
      ]);
      expect(cards[0]?.detail).to.include('names the folder "packages/api"').and.to.include('Correct "folder"');
      expect(cards[1]?.detail).to.include('first finds the commands of the repository');
      expect(system.github.requests.filter(({ operation }) => operation === 'FindFolders')).to.have.length(1);
      const polled = await system.run();
      expect([started(polled), reasons(polled)]).to.deep.equal([['With it'], [[PLACE.card, 'folder-missing']]]);
      await system.github.moveBranch(repository, { branch: PLACE.branch, files: { 'packages/api/a.js': 'a' } });
      expect(started(await system.run())).to.deep.equal([PLACE.card]);
    },
  );

  it('spends nothing where the token may not write what a run must, and names all that is missing', async () => {
    await open();
    Object.assign(system.github.state.rights, { pullRequests: 'read', issues: 'read' });
    const refused = await system.run();
    expect(refused.started).to.deep.equal([]);
    expect(refused.leftOut[0]).to.include({ reason: 'read-only' });
    expect(refused.leftOut[0]?.detail).to.include('pull requests').and.to.include('comment');
    Object.assign(system.github.state.rights, { pullRequests: 'write', issues: 'write' });
    system.project.viewerCanUpdate = false;
    const board = await system.run();
    expect(board.leftOut[0]?.detail).to.include('may not move cards');
    expect((await explained()).cards[0]).to.include({ reason: 'read-only' });
  });

  it('takes a rule for what it is: one that lets the token push, and one that names what it wants', async () => {
    await open();
    system.repository.protections.push({ pattern: /./, viewerCanPush: true });
    system.repository.rulesets.push({ id: 1, name: 'All', pattern: /./, rules: ['deletion'], bypass: 'never' });
    await system.addCard('Second', { priority: 'High' });
    const signed = { id: 2, name: 'Signed commits', pattern: /second/, rules: ['required_signatures'] };
    system.repository.rulesets.push({ ...signed, bypass: 'never' });
    const result = await system.run();
    expect(started(result)).to.deep.equal([PLACE.card]);
    expect(result.leftOut[0]).to.include({ title: 'Second', reason: 'protected-branch' });
    expect(result.leftOut[0]?.detail).to.include('"Signed commits" wants signed commits');
  });

  it('finds a card wherever it stands, by whatever it is called', async () => {
    await open({ build: ['sleep 600'] });
    await system.poll();
    const number = system.item.content && 'number' in system.item.content ? system.item.content.number : 0;
    for (const name of [
      PLACE.branch.toUpperCase(),
      `#${number}`,
      String(number),
      system.item.id,
      PLACE.card.toLowerCase(),
    ]) {
      const { cards } = await explained(name);
      expect(
        cards.map(({ title }) => title),
        name,
      ).to.deep.equal([PLACE.card]);
      expect(cards[0]?.detail, name).to.match(/"In Progress".*Build \S+ works on it/);
    }
    expect((await explained('nothing like it')).cards).to.deep.equal([]);
  });

  itInRehearsal(
    'names fields of another type than it needs, near-miss tasks and an old name of the repository',
    async () => {
      await open({ build: ['true'], tasks: '- [x] 1. First\n- [] 2. Second\n' });
      const { state } = system.github;
      const fieldOf = (name: string) => system.project.fields.find((field) => field.name === name);
      expect(reasons(await system.poll())).to.deep.equal([[PLACE.card, 'spec-invalid']]);

      Object.assign(fieldOf('Branch') ?? {}, { name: 'Git branch' });
      expect((await explained()).board.problems.join('\n')).to.match(/has no field "Branch"/);
      expect(reasons(await system.poll())).to.deep.equal([[PLACE.card, 'no-branch']]);

      state.renameRepository(system.repository, 'slugs-new');
      expect((await system.poll()).leftOut[0]?.detail).to.include('slugs-new');

      Object.assign(fieldOf('Status') ?? {}, { isIssueField: true });
      const error = await system.poll().catch((thrown: unknown) => thrown);
      expect(String(error)).to.match(/"Status".*is an issue field of the organisation/s);
    },
  );
});
