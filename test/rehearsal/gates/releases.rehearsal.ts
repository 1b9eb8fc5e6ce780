import { expect } from 'chai';
import { createIntegrityPlayer, type IntegrityPlayer } from '../../gates/play-integrity.ts';
import { RELEASES } from '../../gates/test-integrity/releases.ts';
import { changeBetween, readRelease } from './read-release.ts';

describe('the test-integrity gate on consecutive published releases', () => {
  let player: IntegrityPlayer;
  before(async () => {
    player = await createIntegrityPlayer();
  });
  after(() => player.close());

  for (const { name, expect: expected, before: earlier, after: later, because } of RELEASES) {
    it(`${because === null ? 'says nothing of' : 'tells'} ${name}`, async function () {
      this.timeout(10 * 60_000);
      const findings = await player.play(changeBetween(await readRelease(earlier), await readRelease(later)));
      const said = findings.map(({ rule, path, message }) => `${rule} ${path}: ${message}`).join('\n');
      expect([...new Set(findings.map(({ rule }) => rule))].sort(), said).to.deep.equal([...expected].sort());
    });
  }
});
