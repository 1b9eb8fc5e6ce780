import { expect } from 'chai';
import { expectError } from '../../test/support/expect-error.ts';
import { createFlowScene, type FlowScene } from '../../test/support/scenes/flow.ts';
import { parseProjectConfig } from '../core/config.ts';
import { explain } from './explain.ts';

describe('columns that the board does not have', () => {
  let scene: FlowScene;
  afterEach(() => scene.close());

  it('are named by explain when no card could ever be eligible', async () => {
    scene = createFlowScene();
    const board = { organization: 'octo', repository: 'app', projectNumber: 1, targetStatusColumn: 'Ready' };
    const config = parseProjectConfig(JSON.stringify(board), 'test');
    const { locks, clock } = scene.ports;
    const error = await expectError(explain({ config, github: scene.github, locks, clock }), 'BOARD_COLUMN_MISSING');
    expect(error.message).to.include('"Ready"').and.to.include('"For Implementation"');
  });

  it('are named by the poll when cards are to be moved there', async () => {
    scene = createFlowScene({ reviewColumn: 'In review' });
    await scene.poll();
    const [warning, ...others] = scene.ports.telemetry.lines.filter(({ level }) => level === 'warn');
    expect(others).to.deep.equal([]);
    expect(warning?.fields.problems).to.deep.equal([
      'The board has no column for reviewColumn "In review" (there is "In Review"); cards are not moved there.',
    ]);
  });
});
