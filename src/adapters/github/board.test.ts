import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import type { GitHubScene } from '../../../test/support/github-scene.ts';
import { openGitHubScene } from '../../../test/support/github-scene.ts';
import type { Board } from '../../core/ports/github.ts';
import type { Item, Project, Repository } from '../../fakes/github/model.ts';
import { createGitHubBoard } from './board.ts';

const READY = 'For Implementation';
const COLUMNS = ['Todo', READY, 'In Progress', 'In Review', 'Done'];

describe('GitHub board', () => {
  let scene: GitHubScene;
  let repository: Repository;
  let project: Project;

  before(async () => {
    scene = await openGitHubScene();
    repository = await scene.github.createRepository({
      owner: 'acme',
      name: 'shop',
      files: { 'README.md': 'x' },
      branches: [{ name: 'feature/linked', files: { a: 'a' } }],
    });
  });
  after(() => scene.close());
  let number = 0;
  beforeEach(() => {
    number += 1;
    const textFields = Array.from({ length: 30 }, (_, i) => `Text ${i}`);
    project = addProject({ textFields, priorities: ['P0', 'P1', 'P2'] });
    scene.github.requests.length = 0;
    scene.github.faults.clear();
    scene.logged.length = 0;
  });

  const addProject = (more: Partial<Parameters<GitHubScene['github']['state']['addProject']>[0]> = {}) =>
    scene.github.state.addProject({ owner: 'acme', number, title: 'Work', columns: COLUMNS, ...more });
  const boardOf = (more: Partial<Parameters<typeof createGitHubBoard>[0]> = {}): Board =>
    createGitHubBoard({
      client: scene.client,
      owner: { kind: 'organization', login: 'acme' },
      projectNumber: number,
      statusField: 'Status',
      branchField: 'Branch',
      priorityField: 'Priority',
      ...more,
    });
  const addIssue = (
    title: string,
    item: { column?: string; branch?: string; priority?: string; archived?: boolean } = {},
  ): Item =>
    scene.github.state.addItem(project, { content: scene.github.state.addIssue({ repository, title }), ...item });

  it('reads 250 ready cards of 400 over three pages with three requests, in the order of the board', async () => {
    for (let i = 0; i < 400; i += 1) addIssue(`Card ${i}`, { column: i % 8 < 5 ? READY : 'Done' });
    const snapshot = await boardOf().read({ column: READY });
    expect(snapshot.items).to.have.length(250);
    expect(snapshot.requests).to.equal(3);
    expect(scene.calls()).to.deep.equal(['ReadBoard', 'ReadBoard', 'ReadBoard']);
    expect(snapshot.items.map(({ position }) => position)).to.deep.equal(Array.from({ length: 250 }, (_, i) => i));
    expect(snapshot.items.slice(0, 6).map(({ title }) => title)).to.deep.equal(
      [0, 1, 2, 3, 4, 8].map((i) => `Card ${i}`),
    );
  });

  it('costs two points for a page', async () => {
    addIssue('One', { column: READY });
    const before = scene.github.state.rate.remaining;
    const snapshot = await boardOf().read({ column: READY });
    expect(before - scene.github.state.rate.remaining).to.equal(2);
    expect(snapshot.budgetRemainingPct).to.be.within(0, 100);
  });

  it('reads the project, its columns, and every kind of card', async () => {
    const { state } = scene.github;
    const fork = state.addRepository({ ...repository, owner: 'robin', isFork: true, protectedBranches: [] });
    const own = state.addPullRequest({ repository, title: 'Own', headRef: 'feature/own' });
    const foreign = state.addPullRequest({
      repository,
      title: 'Foreign',
      headRef: 'feature/own',
      headRepository: fork,
    });
    const gone = state.addPullRequest({ repository, title: 'Gone', headRef: 'feature/x', headRepository: null });
    const issue = state.addIssue({
      repository,
      title: 'Issue',
      linkedBranches: [
        { repository, name: 'feature/linked' },
        { repository, name: 'was-deleted' },
      ],
      closedBy: [own, gone],
    });
    state.addItem(project, { content: issue, column: READY, branch: ' feature/one ', priority: 'P1' });
    state.addItem(project, { content: foreign, column: READY });
    state.addItem(project, { content: { title: 'Draft' } });
    state.addItem(project, { content: null, column: READY });

    const snapshot = await boardOf().read({ column: null });
    expect(snapshot).to.include({ projectId: project.id, title: 'Work', requests: 1 });
    expect(snapshot.url).to.match(new RegExp(`/orgs/acme/projects/${number}$`));
    expect(snapshot.columns).to.deep.equal(COLUMNS);
    const [first, second, draft, redacted] = snapshot.items;
    expect(first).to.deep.include({
      type: 'ISSUE',
      title: 'Issue',
      status: READY,
      branchField: ' feature/one ',
      priority: 1,
    });
    expect(first?.createdAtMs).to.be.closeTo(Date.now(), 60_000);
    expect(first?.content).to.deep.include({
      number: issue.number,
      state: 'OPEN',
      repository: 'acme/shop',
      linkedBranches: [{ name: 'feature/linked', repository: 'acme/shop' }],
      pullRequests: [
        {
          number: own.number,
          state: 'OPEN',
          headRef: 'feature/own',
          headRepository: 'acme/shop',
          repository: 'acme/shop',
        },
        { number: gone.number, state: 'OPEN', headRef: 'feature/x', headRepository: null, repository: 'acme/shop' },
      ],
    });
    expect(second).to.deep.include({ type: 'PULL_REQUEST', title: 'Foreign', branchField: null, priority: null });
    expect(second?.content?.pullRequests[0]).to.include({ headRef: 'feature/own', headRepository: 'robin/shop' });
    expect(draft).to.deep.include({ type: 'DRAFT_ISSUE', title: 'Draft', status: null, content: null });
    expect(redacted).to.deep.include({ type: 'REDACTED', status: READY, content: null });
  });

  it('leaves archived cards out and takes the next one', async () => {
    addIssue('Archived', { column: READY, archived: true });
    addIssue('Ready', { column: READY });
    const { items } = await boardOf().read({ column: READY });
    expect(items.map(({ title }) => title)).to.deep.equal(['Ready']);
  });

  it('reads the board of a user', async () => {
    scene.github.state.addOwner({ login: 'robin-user', type: 'User' });
    project = addProject({ owner: 'robin-user' });
    addIssue('Mine', { column: READY });
    const { items } = await boardOf({ owner: { kind: 'user', login: 'robin-user' } }).read({ column: READY });
    expect(items.map(({ title }) => title)).to.deep.equal(['Mine']);
  });

  it('filters by itself where the server cannot, and asks such a server once only', async () => {
    addIssue('Ready', { column: READY });
    addIssue('Done', { column: 'Done' });
    scene.github.faults.noItemsQuery = true;
    const board = boardOf();
    const first = await board.read({ column: READY });
    expect(first.items.map(({ title }) => title)).to.deep.equal(['Ready']);
    expect(first.requests).to.equal(2);
    expect((await board.read({ column: READY })).requests).to.equal(1);
  });

  it('does not hand a name to the filter that could end its quotes', async () => {
    const column = 'Ready "now" \\';
    project = addProject({ number: number + 1000, columns: [column, 'Done'] });
    addIssue('Odd', { column });
    addIssue('Done', { column: 'Done' });
    const { items } = await boardOf({ projectNumber: number + 1000 }).read({ column });
    expect(items.map(({ title }) => title)).to.deep.equal(['Odd']);
    expect(scene.github.requests[0]?.variables).to.not.have.property('filter');
  });

  it('compares columns exactly, although the filter does not', async () => {
    project = addProject({ number: number + 1000, columns: ['ready', 'READY'] });
    addIssue('Small', { column: 'ready' });
    addIssue('Big', { column: 'READY' });
    const { items } = await boardOf({ projectNumber: number + 1000 }).read({ column: 'READY' });
    expect(items.map(({ title }) => title)).to.deep.equal(['Big']);
  });

  describe('says loudly', () => {
    it('that a column was renamed, and lists those there are, although GitHub gives no error', async () => {
      addIssue('Ready', { column: READY });
      scene.github.state.renameColumn(project, { from: READY, to: 'Ready for work' });
      const error = await expectError(boardOf().read({ column: READY }), 'BOARD_COLUMN_MISSING');
      expect(error.what).to.include(READY);
      expect(error.why).to.include('"Todo", "Ready for work", "In Progress"');
    });

    it('that only capitals or spaces differ', async () => {
      const error = await expectError(boardOf().read({ column: 'for  implementation' }), 'BOARD_COLUMN_MISSING');
      expect(error.why).to.include(`"${READY}" differs in capitals or spaces only`);
    });

    it('that a field is missing, and lists those that would do', async () => {
      const error = await expectError(boardOf({ statusField: 'Phase' }).read({ column: READY }), 'BOARD_FIELD_MISSING');
      expect(error.what).to.include('"Phase"');
      expect(error.why).to.include('"Status", "Priority"');
    });

    it('that a field makes no columns', async () => {
      const error = await expectError(
        boardOf({ statusField: 'Branch' }).read({ column: READY }),
        'BOARD_FIELD_MISSING',
      );
      expect(error.what).to.include('of type TEXT');
    });

    it('that a project is not there or not to be seen', async () => {
      const organization = await expectError(
        boardOf({ projectNumber: 9999 }).read({ column: READY }),
        'BOARD_NOT_FOUND',
      );
      expect(organization.what).to.include('9999').and.to.include('acme');
      expect(organization.why).to.include('Projects: read and write');
      const login = await expectError(
        boardOf({ owner: { kind: 'organization', login: 'nobody-here' } }).read({ column: READY }),
        'BOARD_NOT_FOUND',
      );
      expect(login.what).to.include('nobody-here');
      const user = await expectError(
        boardOf({ owner: { kind: 'user', login: scene.github.state.viewer } }).read({ column: READY }),
        'BOARD_NOT_FOUND',
      );
      expect(user.why).to.include('classic token');
    });

    it('that a part of the answer is missing, instead of reading it as nothing there', async () => {
      addIssue('Ready', { column: READY });
      for (const path of [
        ['owner', 'projectV2', 'items', 'nodes', 0, 'content', 'linkedBranches'],
        ['owner', 'projectV2', 'items', 'nodes', 0],
        ['owner', 'projectV2', 'items'],
        ['owner', 'projectV2', 'status'],
        ['owner', 'projectV2'],
      ]) {
        scene.github.faults.next({ operation: 'ReadBoard' }, { kind: 'partialData', path });
        const error = await expectError(boardOf().read({ column: READY }), 'GITHUB_FAILED');
        expect(error.problems[0], path.join('.')).to.include(`FORBIDDEN at ${path.join('.')}`);
      }
    });
  });

  it('reads over a card whose content the token may not see, and keeps the others', async () => {
    addIssue('Hidden', { column: READY });
    addIssue('Ready', { column: READY });
    const path = ['owner', 'projectV2', 'items', 'nodes', 0, 'content'];
    scene.github.faults.next({ operation: 'ReadBoard' }, { kind: 'partialData', path });
    const { items } = await boardOf().read({ column: READY });
    expect(items.map(({ content }) => content?.number ?? null))
      .to.have.length(2)
      .and.to.include(null);
    expect(items[1]?.title).to.equal('Ready');
  });

  it('lives through a bad gateway on the second page', async () => {
    for (let i = 0; i < 120; i += 1) addIssue(`Card ${i}`, { column: READY });
    scene.github.faults.next({ operation: 'ReadBoard', skip: 1 }, { kind: 'http502' });
    const snapshot = await boardOf().read({ column: READY });
    expect(snapshot.items).to.have.length(120);
    expect(snapshot.requests).to.equal(3);
  });

  it('returns a card once that moves down the board while it reads', async () => {
    for (let i = 0; i < 150; i += 1) addIssue(`Card ${i}`, { column: READY });
    const first = project.items[0];
    const run = () => {
      if (first) first.position = 1_000_000;
    };
    scene.github.faults.next({ operation: 'ReadBoard', skip: 1 }, { kind: 'before', run });
    const { items } = await boardOf().read({ column: READY });
    expect(new Set(items.map(({ id }) => id)).size).to.equal(150);
    expect(items).to.have.length(150);
  });

  describe('one card', () => {
    it('has a column, none, or is gone', async () => {
      const item = addIssue('Card', { column: READY });
      const board = boardOf();
      expect(await board.getColumn(item.id)).to.equal(READY);
      scene.github.state.moveCard(item, null);
      expect(await board.getColumn(item.id)).to.equal(null);
      item.archived = true;
      expect(await board.getColumn(item.id)).to.equal(undefined);
      expect(await board.getColumn('PVTI_gone')).to.equal(undefined);
      expect(await board.getColumn(repository.id)).to.equal(undefined);
    });

    it('is not taken for gone when the token may not read it', async () => {
      const item = addIssue('Card', { column: READY });
      scene.github.faults.next({ operation: 'LocateCard' }, { kind: 'partialData', path: ['node'] });
      await expectError(boardOf().getColumn(item.id), 'GITHUB_FAILED');
    });

    it('moves, also after its column was made anew', async () => {
      const item = addIssue('Card', { column: READY });
      const board = boardOf();
      await board.read({ column: READY });
      scene.github.state.deleteColumn(project, 'In Progress');
      const options = project.fields.find(({ name }) => name === 'Status')?.options ?? [];
      options.push({ id: 'opt_new', name: 'In Progress' });
      expect(await board.move(item.id, 'In Progress')).to.equal(true);
      expect(scene.github.state.columnOf(item)).to.equal('In Progress');
    });

    it('is not written when it is there already', async () => {
      const item = addIssue('Card', { column: READY });
      expect(await boardOf().move(item.id, READY)).to.equal(true);
      expect(scene.count('MoveCard')).to.equal(0);
    });

    it('stays when the board has no such column, or the card is gone', async () => {
      const item = addIssue('Card', { column: READY });
      const board = boardOf();
      expect(await board.move(item.id, 'Nowhere')).to.equal(false);
      expect(await board.move('PVTI_gone', 'Done')).to.equal(false);
      expect(scene.count('MoveCard')).to.equal(0);
      expect(scene.github.state.columnOf(item)).to.equal(READY);
    });

    it('leaves the last word to a person who moves it at the same time', async () => {
      const item = addIssue('Card', { column: READY });
      scene.github.faults.next(
        { operation: 'LocateCard', skip: 1 },
        { kind: 'before', run: () => scene.github.state.moveCard(item, 'Todo') },
      );
      expect(await boardOf().move(item.id, 'In Progress')).to.equal(true);
      expect(scene.github.state.columnOf(item)).to.equal('Todo');
      expect(scene.logged.join('\n')).to.include('moved on right after').and.to.include('Todo');
    });

    it('is moved although the answer to the move gets lost', async () => {
      const item = addIssue('Card', { column: READY });
      scene.github.faults.next({ operation: 'MoveCard' }, { kind: 'dropAfterEffect' });
      expect(await boardOf().move(item.id, 'Done')).to.equal(true);
      expect(scene.github.state.columnOf(item)).to.equal('Done');
    });
  });
});
