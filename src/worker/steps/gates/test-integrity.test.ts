import { expect } from 'chai';
import { createIntegrityPlayer, type IntegrityPlayer } from '../../../../test/gates/play-integrity.ts';
import { rows } from '../../../../test/gates/test-integrity.ts';
import { telling } from '../../../../test/left-to-rehearsal.ts';

/** A third of each kind first. */
const ordered = [0, 1, 2].flatMap((part) => rows.filter((_, at) => at % 3 === part));

describe('the test-integrity gate', () => {
  let player: IntegrityPlayer;
  before(async () => {
    player = await createIntegrityPlayer();
  });
  after(() => player.close());

  for (const { name, language, expect: expected, change } of telling(20, ordered)) {
    const says = expected.length === 0 ? 'says nothing of' : 'sees';
    it(`${says} ${name} (${language})`, async () => {
      const findings = await player.play(change);
      const told = findings.map(({ rule, path, message }) => `${rule} ${path}: ${message}`).join('\n');
      expect(new Set(findings.map(({ rule }) => rule)), told).to.deep.equal(new Set(expected));
    });
  }
});
