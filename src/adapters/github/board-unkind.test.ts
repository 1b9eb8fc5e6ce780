import { expect } from 'chai';
import { telling } from '../../../test/left-to-rehearsal.ts';
import { expectError } from '../../../test/support/expect-error.ts';
import { type BoardScene, openBoardScene, READY } from '../../../test/support/scenes/board.ts';
import { REFUSALS } from '../../fakes/github/refusals.ts';

describe('GitHub board in an unfriendly world', () => {
  let scene: BoardScene;

  before(async () => {
    scene = await openBoardScene();
  });
  after(() => scene.close());
  beforeEach(() => scene.nextProject());

  const read = (column: string | null = READY) => scene.boardOf().read({ column });

  describe('one card that cannot be read', () => {
    it('costs the others nothing, whatever of it is hidden', async () => {
      const { state, rules } = scene.github;
      const elsewhere = state.addRepository({
        ...scene.repository,
        owner: 'secret',
        isFork: true,
        protectedBranches: [],
      });
      const closing = state.addPullRequest({ repository: elsewhere, title: 'Private', headRef: 'x' });
      const closed = state.addIssue({
        repository: scene.repository,
        title: 'Closed by a private one',
        closedBy: [closing],
      });
      state.addItem(scene.project, { content: closed, column: READY });
      const single = state.addIssue({ repository: elsewhere, title: 'Single sign-on' });
      state.addItem(scene.project, { content: single, column: READY });
      const whole = scene.addIssue('Whole card', { column: READY });
      scene.addIssue('Ready', { column: READY });
      rules.hide(closing, REFUSALS['token-lacks-right']);
      rules.hide(single, REFUSALS['single-sign-on']);
      rules.hide(whole, REFUSALS['not-found']);

      const { items } = await read();
      expect(items.map(({ title, unreadable }) => [title, unreadable?.split(' (')[0] ?? null])).to.deep.equal([
        ['Closed by a private one', REFUSALS['token-lacks-right'].message],
        [
          '(not visible to the token)',
          `${REFUSALS['single-sign-on'].message} Authorise the token for the single sign-on of that organisation.`,
        ],
        ['(not visible to the token)', REFUSALS['not-found'].message],
        ['Ready', null],
      ]);
    });

    it('is every kind of hole below its node, and none above it', async () => {
      scene.addIssue('Hidden', { column: READY });
      scene.addIssue('Ready', { column: READY });
      for (const below of [
        [],
        ['content'],
        ['content', 'linkedBranches'],
        ['content', 'repository'],
        ['status'],
        ['branch'],
      ]) {
        const path = ['owner', 'projectV2', 'items', 'nodes', 0, ...below];
        scene.github.faults.next({ operation: 'ReadBoard' }, { kind: 'partialData', path, type: 'INTERNAL' });
        const { items } = await read();
        expect(
          items.map(({ unreadable }) => unreadable !== null),
          path.join('.'),
        ).to.deep.equal([true, false]);
      }
    });
  });

  describe('more than GitHub answers at once', () => {
    for (const as of telling(1, ['limits', 'timeout'] as const)) {
      it(`is asked for in smaller pages, and the size remembered (${as})`, async () => {
        for (let i = 0; i < 130; i += 1) scene.addIssue(`Card ${i}`, { column: READY });
        scene.github.rules.weightLimit = { objects: 30 * 30, as };
        const board = scene.boardOf();
        const { items, requests } = await board.read({ column: READY });
        expect(items.map(({ title }) => title)).to.deep.equal(Array.from({ length: 130 }, (_, i) => `Card ${i}`));
        scene.github.requests.length = 0;
        expect((await board.read({ column: READY })).items).to.have.length(130);
        expect(scene.github.requests.length).to.be.lessThan(requests);
        scene.github.rules.weightLimit = null;
      });
    }

    it('is a failure once the smallest page is too much', async () => {
      scene.addIssue('Card', { column: READY });
      scene.github.rules.weightLimit = { objects: 1, as: 'limits' };
      const error = await expectError(read(), 'GITHUB_FAILED');
      scene.github.rules.weightLimit = null;
      expect(error.problems[0]).to.include('RESOURCE_LIMITS_EXCEEDED');
    });
  });

  describe('an issue field of the organisation', () => {
    it('that makes the columns is named, also where the filter shows no card of it', async () => {
      scene.project = scene.addProject({ number: scene.number + 2000, issueFields: ['Status'] });
      scene.addIssue('Card', { column: 'Done' });
      const board = scene.boardOf({ projectNumber: scene.number + 2000 });
      for (const column of [READY, null]) {
        const error = await expectError(board.read({ column }), 'BOARD_FIELD_MISSING');
        expect(error.what).to.include('"Status"').and.to.include('issue field of the organisation');
      }
    });

    it('that makes the priorities is a fact of the board', async () => {
      const number = scene.number + 3000;
      scene.project = scene.addProject({ number, priorities: ['P0'], issueFields: ['Priority'] });
      scene.addIssue('Card', { column: READY, priority: 'P0' });
      const { fields, items } = await scene.boardOf({ projectNumber: number }).read({ column: READY });
      expect(fields.priority?.foreignValue).to.equal('ProjectV2ItemIssueFieldValue');
      expect(items[0]?.priority).to.equal(null);
    });
  });

  it('knows which fields the board has, and of which type', async () => {
    const { fields, canUpdate, tokenScopes } = await read();
    expect(fields.status).to.include({ dataType: 'SINGLE_SELECT', foreignValue: null });
    expect(fields.branch).to.deep.equal({ dataType: 'TEXT', options: null, foreignValue: null });
    expect(fields.all.map(({ name }) => name)).to.include.members(['Text 29', 'Status', 'Branch', 'Priority']);
    expect([canUpdate, tokenScopes]).to.deep.equal([true, null]);
  });

  it('knows whether the token may move cards, and the scopes of a classic one', async () => {
    scene.project.viewerCanUpdate = false;
    scene.github.rules.tokenScopes = ['repo', 'read:project'];
    const { canUpdate, tokenScopes } = await read();
    scene.github.rules.tokenScopes = null;
    expect([canUpdate, tokenScopes]).to.deep.equal([false, ['repo', 'read:project']]);
  });

  it('names every problem at once', async () => {
    scene.project = scene.addProject({
      number: scene.number + 4000,
      columns: ['For\u200b Implementation'],
      branchField: 'Git branch',
    });
    const board = scene.boardOf({
      projectNumber: scene.number + 4000,
      destinations: [{ setting: 'reviewColumn', column: 'In Review' }],
    });
    const error = await expectError(board.read({ column: READY }), 'BOARD_COLUMN_MISSING');
    expect(error.why).to.include('"For\\u{200b} Implementation" differs in').and.to.include('cannot be seen');
    expect(error.problems.join('\n')).to.include('"In Review"').and.to.include('has no field "Branch"');
  });

  describe('the second question after a card', () => {
    it('finds the column in the list of cards', async () => {
      const card = scene.addIssue('Card', { column: 'Done' });
      const none = scene.addIssue('None');
      const board = scene.boardOf();
      expect(await board.findCard(card.id)).to.include({ column: 'Done' });
      expect(await board.findCard(none.id)).to.include({ column: null });
      card.archived = true;
      expect(await board.findCard(card.id)).to.equal(undefined);
      expect(await board.findCard('PVTI_never')).to.equal(undefined);
      expect(scene.calls()).to.not.include('LocateCard');
    });

    it('is not answered by a list with holes', async () => {
      const hidden = scene.addIssue('Hidden', { column: READY });
      const card = scene.addIssue('Card', { column: READY });
      scene.github.rules.hide(hidden, REFUSALS['token-lacks-right']);
      const board = scene.boardOf();
      expect(await board.findCard(card.id)).to.include({ column: READY });
      await expectError(board.findCard(hidden.id), 'GITHUB_FAILED');
      scene.github.rules.show(hidden);
    });
  });
});
