import { expect } from 'chai';
import { type CommandEnd, exhaustedBy } from './exhausted.ts';
import { SIGNS } from './find-sign.ts';

const ENDED: CommandEnd = { endedBy: 'exit', exitCode: 1, sign: null, hasFailedTests: false };

describe('what a command ran out of', () => {
  const rows: ReadonlyArray<[what: Partial<CommandEnd>, resource: ReturnType<typeof exhaustedBy>]> = [
    [{}, null],
    [{ exitCode: 0, sign: 'disk-full' }, null],
    [{ exitCode: 137 }, 'memory'],
    [{ exitCode: null }, 'memory'],
    [{ exitCode: 134, sign: 'node-memory' }, 'memory'],
    [{ sign: 'jvm-memory' }, 'memory'],
    [{ sign: 'memory' }, 'memory'],
    [{ sign: 'disk-full' }, 'disk'],
    [{ sign: 'disk-full', exitCode: 137 }, 'disk'],
    [{ sign: 'network' }, null],
    [{ sign: 'disk-full', hasFailedTests: true }, null],
    [{ exitCode: 137, hasFailedTests: true }, null],
    [{ endedBy: 'timeout', exitCode: null }, 'time'],
    [{ endedBy: 'silence', exitCode: null, hasFailedTests: true }, 'time'],
    [{ endedBy: 'abort', exitCode: null }, null],
    [{ endedBy: 'spawn-failure', exitCode: null }, null],
  ];
  for (const [what, resource] of rows)
    it(`is ${resource ?? 'nothing'} for ${JSON.stringify(what)}`, () => {
      expect(exhaustedBy({ ...ENDED, ...what })).to.equal(resource);
    });

  it('is named by signs that there are', () => {
    for (const sign of ['disk-full', 'node-memory', 'jvm-memory', 'memory'])
      expect(
        SIGNS.some(({ id }) => id === sign),
        sign,
      ).to.equal(true);
  });
});
