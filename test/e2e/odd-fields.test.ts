import { expect } from 'chai';
import { explain } from '../../src/flows/explain.ts';
import { PLACE } from '../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../support/system/test-system.ts';

describe('a board whose fields are not what they seem', () => {
  let system: TestSystem;
  beforeEach(async () => {
    system = await createTestSystem({ build: ['true'] });
  });
  afterEach(() => system.close());
  const explained = async () => {
    const { ports, config } = system.machine;
    const { locks, clock } = ports;
    return explain({ config, github: ports.connectGitHub(config), locks, clock });
  };
  const fieldOf = (name: string) => system.project.fields.find((field) => field.name === name) ?? {};

  it('names both of two columns that differ by what cannot be seen, and starts the cards of the right one', async () => {
    const { options } = system.project.fields.find(({ name }) => name === 'Status') ?? { options: [] };
    const [first] = options;
    if (first === undefined) throw new Error('The board has columns.');
    const twins = [...options, { ...first, id: 'twin', name: 'For\u200b Implementation' }];
    Object.assign(fieldOf('Status'), { options: twins });
    const { board } = await explained();
    expect(board.problems).to.deep.equal([
      'Two options of the field "Status" look alike: "For Implementation" and "For\\u{200b} Implementation".',
    ]);
    expect((await system.run()).started.map(({ title }) => title)).to.deep.equal([PLACE.card]);
  });

  it('says what stands where a select is needed, in the poll as in explain', async () => {
    Object.assign(fieldOf('Status'), { type: 'TEXT', options: [] });
    for (const act of [explained, () => system.poll()]) {
      const error = await act().then(
        () => 'It did not fail.',
        (thrown: unknown) => String(thrown),
      );
      expect(error).to.match(/"Status" of the board ".*" is of type TEXT, which has no columns/);
    }
  });
});
