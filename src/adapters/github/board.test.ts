import { expect } from 'chai';
import { type BoardScene, COLUMNS, openBoardScene, READY } from '../../../test/support/scenes/board.ts';

describe('GitHub board', () => {
  let scene: BoardScene;

  before(async () => {
    scene = await openBoardScene();
  });
  after(() => scene.close());
  beforeEach(() => scene.nextProject());

  it('reads 250 ready cards of 400 over three pages with three requests, in the order of the board', async () => {
    for (let i = 0; i < 400; i += 1) scene.addIssue(`Card ${i}`, { column: i % 8 < 5 ? READY : 'Done' });
    const snapshot = await scene.boardOf().read({ column: READY });
    expect(snapshot.items).to.have.length(250);
    expect(snapshot.requests).to.equal(3);
    expect(scene.calls()).to.deep.equal(['ReadBoard', 'ReadBoard', 'ReadBoard']);
    expect(snapshot.items.map(({ position }) => position)).to.deep.equal(Array.from({ length: 250 }, (_, i) => i));
    expect(snapshot.items.slice(0, 6).map(({ title }) => title)).to.deep.equal(
      [0, 1, 2, 3, 4, 8].map((i) => `Card ${i}`),
    );
  });

  it('costs two points for a page', async () => {
    scene.addIssue('One', { column: READY });
    const before = scene.github.state.rate.remaining;
    const snapshot = await scene.boardOf().read({ column: READY });
    expect(before - scene.github.state.rate.remaining).to.equal(2);
    expect(snapshot.budgetRemainingPct).to.be.within(0, 100);
  });

  it('reads the project, its columns, and every kind of card', async () => {
    const { repository } = scene;
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
    state.addItem(scene.project, { content: issue, column: READY, branch: ' feature/one ', priority: 'P1' });
    state.addItem(scene.project, { content: foreign, column: READY });
    state.addItem(scene.project, { content: { title: 'Draft' } });
    state.addItem(scene.project, { content: null, column: READY });

    const snapshot = await scene.boardOf().read({ column: null });
    expect(snapshot).to.include({ projectId: scene.project.id, title: 'Work', requests: 1 });
    expect(snapshot.url).to.match(new RegExp(`/orgs/acme/projects/${scene.number}$`));
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
    scene.addIssue('Archived', { column: READY, archived: true });
    scene.addIssue('Ready', { column: READY });
    const { items } = await scene.boardOf().read({ column: READY });
    expect(items.map(({ title }) => title)).to.deep.equal(['Ready']);
  });

  it('reads the board of a user', async () => {
    scene.github.state.addOwner({ login: 'robin-user', type: 'User' });
    scene.project = scene.addProject({ owner: 'robin-user' });
    scene.addIssue('Mine', { column: READY });
    const { items } = await scene.boardOf({ owner: { kind: 'user', login: 'robin-user' } }).read({ column: READY });
    expect(items.map(({ title }) => title)).to.deep.equal(['Mine']);
  });

  it('filters by itself where the server cannot, and asks such a server once only', async () => {
    scene.addIssue('Ready', { column: READY });
    scene.addIssue('Done', { column: 'Done' });
    scene.github.faults.noItemsQuery = true;
    const board = scene.boardOf();
    const first = await board.read({ column: READY });
    expect(first.items.map(({ title }) => title)).to.deep.equal(['Ready']);
    expect(first.requests).to.equal(2);
    expect((await board.read({ column: READY })).requests).to.equal(1);
  });

  it('does not hand a name to the filter that could end its quotes', async () => {
    const column = 'Ready "now" \\';
    scene.project = scene.addProject({ number: scene.number + 1000, columns: [column, 'Done'] });
    scene.addIssue('Odd', { column });
    scene.addIssue('Done', { column: 'Done' });
    const { items } = await scene.boardOf({ projectNumber: scene.number + 1000 }).read({ column });
    expect(items.map(({ title }) => title)).to.deep.equal(['Odd']);
    expect(scene.github.requests[0]?.variables).to.not.have.property('filter');
  });

  it('compares columns exactly, although the filter does not', async () => {
    scene.project = scene.addProject({ number: scene.number + 1000, columns: ['ready', 'READY'] });
    scene.addIssue('Small', { column: 'ready' });
    scene.addIssue('Big', { column: 'READY' });
    const { items } = await scene.boardOf({ projectNumber: scene.number + 1000 }).read({ column: 'READY' });
    expect(items.map(({ title }) => title)).to.deep.equal(['Big']);
  });

  it('reads over a card whose content the token may not see, and keeps the others', async () => {
    scene.addIssue('Hidden', { column: READY });
    scene.addIssue('Ready', { column: READY });
    const path = ['owner', 'projectV2', 'items', 'nodes', 0, 'content'];
    scene.github.faults.next({ operation: 'ReadBoard' }, { kind: 'partialData', path });
    const { items } = await scene.boardOf().read({ column: READY });
    expect(items.map(({ unreadable }) => unreadable !== null)).to.deep.equal([true, false]);
    expect(items[1]).to.include({ title: 'Ready' });
  });

  it('lives through a bad gateway on the second page', async () => {
    for (let i = 0; i < 120; i += 1) scene.addIssue(`Card ${i}`, { column: READY });
    scene.github.faults.next({ operation: 'ReadBoard', skip: 1 }, { kind: 'http502' });
    const snapshot = await scene.boardOf().read({ column: READY });
    expect(snapshot.items).to.have.length(120);
    expect(snapshot.requests).to.equal(3);
  });

  it('returns a card once that moves down the board while it reads', async () => {
    for (let i = 0; i < 150; i += 1) scene.addIssue(`Card ${i}`, { column: READY });
    const first = scene.project.items[0];
    const run = () => {
      if (first) first.position = 1_000_000;
    };
    scene.github.faults.next({ operation: 'ReadBoard', skip: 1 }, { kind: 'before', run });
    const { items } = await scene.boardOf().read({ column: READY });
    expect(new Set(items.map(({ id }) => id)).size).to.equal(150);
    expect(items).to.have.length(150);
  });
});
