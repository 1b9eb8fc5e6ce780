import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { type BoardScene, openBoardScene, READY } from '../../../test/support/scenes/board.ts';

describe('GitHub board says loudly', () => {
  let scene: BoardScene;

  before(async () => {
    scene = await openBoardScene();
  });
  after(() => scene.close());
  beforeEach(() => scene.nextProject());

  it('that a column was renamed, and lists those there are, although GitHub gives no error', async () => {
    scene.addIssue('Ready', { column: READY });
    scene.github.state.renameColumn(scene.project, { from: READY, to: 'Ready for work' });
    const error = await expectError(scene.boardOf().read({ column: READY }), 'BOARD_COLUMN_MISSING');
    expect(error.what).to.include(READY);
    expect(error.why).to.include('"Todo", "Ready for work", "In Progress"');
  });

  it('that only capitals or spaces differ', async () => {
    const error = await expectError(scene.boardOf().read({ column: 'for  implementation' }), 'BOARD_COLUMN_MISSING');
    expect(error.why).to.include(`"${READY}" differs in capitals or spaces only`);
  });

  it('that a field is missing, and lists those that would do', async () => {
    const error = await expectError(
      scene.boardOf({ statusField: 'Phase' }).read({ column: READY }),
      'BOARD_FIELD_MISSING',
    );
    expect(error.what).to.include('"Phase"');
    expect(error.why).to.include('"Status", "Priority"');
  });

  it('that a field makes no columns', async () => {
    const error = await expectError(
      scene.boardOf({ statusField: 'Branch' }).read({ column: READY }),
      'BOARD_FIELD_MISSING',
    );
    expect(error.what).to.include('of type TEXT');
  });

  it('that a project is not there or not to be seen', async () => {
    const organization = await expectError(
      scene.boardOf({ projectNumber: 9999 }).read({ column: READY }),
      'BOARD_NOT_FOUND',
    );
    expect(organization.what).to.include('9999').and.to.include('acme');
    expect(organization.why).to.include('Projects: read and write');
    const login = await expectError(
      scene.boardOf({ owner: { kind: 'organization', login: 'nobody-here' } }).read({ column: READY }),
      'BOARD_NOT_FOUND',
    );
    expect(login.what).to.include('nobody-here');
    const user = await expectError(
      scene.boardOf({ owner: { kind: 'user', login: scene.github.state.viewer } }).read({ column: READY }),
      'BOARD_NOT_FOUND',
    );
    expect(user.why).to.include('classic token');
  });

  it('that a part of the answer is missing, instead of reading it as nothing there', async () => {
    scene.addIssue('Ready', { column: READY });
    for (const path of [
      ['owner', 'projectV2', 'items'],
      ['owner', 'projectV2', 'status'],
      ['owner', 'projectV2'],
    ]) {
      scene.github.faults.next({ operation: 'ReadBoard' }, { kind: 'partialData', path });
      const error = await expectError(scene.boardOf().read({ column: READY }), 'GITHUB_FAILED');
      expect(error.problems[0], path.join('.')).to.include(`FORBIDDEN at ${path.join('.')}`);
    }
  });
});
