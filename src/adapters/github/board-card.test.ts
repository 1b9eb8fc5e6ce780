import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { type BoardScene, openBoardScene, READY } from '../../../test/support/scenes/board.ts';

describe('a card of a GitHub board', () => {
  let scene: BoardScene;

  before(async () => {
    scene = await openBoardScene();
  });
  after(() => scene.close());
  beforeEach(() => scene.nextProject());

  it('has a column, none, or is gone', async () => {
    const item = scene.addIssue('Card', { column: READY });
    const board = scene.boardOf();
    expect(await board.getColumn(item.id)).to.include({ column: READY });
    scene.github.state.moveCard(item, null);
    expect(await board.getColumn(item.id)).to.include({ column: null });
    item.archived = true;
    expect(await board.getColumn(item.id)).to.equal(undefined);
    expect(await board.getColumn('PVTI_gone')).to.equal(undefined);
    expect(await board.getColumn(scene.repository.id)).to.equal(undefined);
  });

  it('is not taken for gone when the token may not read it', async () => {
    const item = scene.addIssue('Card', { column: READY });
    scene.github.faults.next({ operation: 'LocateCard' }, { kind: 'partialData', path: ['node'] });
    await expectError(scene.boardOf().getColumn(item.id), 'GITHUB_FAILED');
  });

  it('moves, also after its column was made anew', async () => {
    const item = scene.addIssue('Card', { column: READY });
    const board = scene.boardOf();
    await board.read({ column: READY });
    scene.github.state.deleteColumn(scene.project, 'In Progress');
    const options = scene.project.fields.find(({ name }) => name === 'Status')?.options ?? [];
    options.push({ id: 'opt_new', name: 'In Progress', color: 'GRAY', description: '' });
    expect(await board.move(item.id, 'In Progress')).to.have.property('atMs');
    expect(scene.github.state.columnOf(item)).to.equal('In Progress');
  });

  it('is not written when it is there already', async () => {
    const item = scene.addIssue('Card', { column: READY });
    expect(await scene.boardOf().move(item.id, READY)).to.have.property('atMs');
    expect(scene.count('MoveCard')).to.equal(0);
  });

  it('stays when the board has no such column, and is not written when GitHub does not show it', async () => {
    const item = scene.addIssue('Card', { column: READY });
    const board = scene.boardOf();
    expect(await board.move(item.id, 'Nowhere')).to.equal(false);
    await expectError(board.move('PVTI_gone', 'Done'), 'GITHUB_FAILED');
    expect(scene.count('MoveCard')).to.equal(0);
    expect(scene.github.state.columnOf(item)).to.equal(READY);
  });

  it('leaves the last word to a person who moves it at the same time', async () => {
    const item = scene.addIssue('Card', { column: READY });
    scene.github.faults.next(
      { operation: 'LocateCard', skip: 1 },
      { kind: 'before', run: () => scene.github.state.moveCard(item, 'Todo') },
    );
    expect(await scene.boardOf().move(item.id, 'In Progress')).to.have.property('atMs');
    expect(scene.github.state.columnOf(item)).to.equal('Todo');
    expect(scene.logged.join('\n')).to.include('moved on right after').and.to.include('Todo');
  });

  it('says when it was moved, by GitHub’s clock', async () => {
    const item = scene.addIssue('Card', { column: READY });
    const board = scene.boardOf();
    const wholeSeconds = () => Math.floor(item.updatedAtMs / 1000) * 1000;
    expect(await board.move(item.id, 'Done')).to.deep.equal({ atMs: wholeSeconds() });
    expect(await board.move(item.id, 'Done')).to.deep.equal({ atMs: wholeSeconds() });
  });

  it('is moved although the answer to the move gets lost', async () => {
    const item = scene.addIssue('Card', { column: READY });
    scene.github.faults.next({ operation: 'MoveCard' }, { kind: 'dropAfterEffect' });
    expect(await scene.boardOf().move(item.id, 'Done')).to.have.property('atMs');
    expect(scene.github.state.columnOf(item)).to.equal('Done');
  });
});
