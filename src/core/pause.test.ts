import { expect } from 'chai';
import { describePause, formatPause, parsePause } from './pause.ts';

describe('a pause', () => {
  it('says who paused, when and why', () => {
    const pause = parsePause('{"by":"ana","since":"2026-05-04T10:00:00Z","reason":"quota"}');
    expect(pause).to.deep.equal({ by: 'ana', since: '2026-05-04T10:00:00Z', reason: 'quota' });
    expect(pause && describePause(pause)).to.equal('The poller is paused since 2026-05-04T10:00:00Z by ana: quota.');
  });

  it('is none when the parameter is empty', () => {
    for (const value of ['', ' \n']) expect(parsePause(value)).to.equal(null);
  });

  it('holds whatever was written', () => {
    const written: ReadonlyArray<[value: string, words: string]> = [
      ['please stop', 'The poller is paused: please stop.'],
      ['true', 'The poller is paused: true.'],
      ['[1]', 'The poller is paused: [1].'],
      ['{}', 'The poller is paused.'],
      ['{"by":7,"reason":"night"}', 'The poller is paused: night.'],
    ];
    for (const [value, words] of written) {
      const pause = parsePause(value);
      expect(pause === null ? 'not paused' : describePause(pause), value).to.equal(words);
    }
  });

  it('is read as it was written', () => {
    const pauses = [
      { by: 'ana "the boss"', since: '2026-05-04T10:00:00Z', reason: 'ünï\n{"by":"eve"}' },
      { by: null, since: null, reason: null },
      { by: null, since: '2026-05-04', reason: null },
    ];
    for (const pause of pauses) expect(parsePause(formatPause(pause))).to.deep.equal(pause);
  });
});
