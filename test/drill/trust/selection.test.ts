import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { telling } from '../../left-to-rehearsal.ts';
import { drillArea } from '../drill.ts';
import { trustArea } from './area.ts';
import { ATTEMPTS } from './attempts.ts';

/** Attempts of many families, the same ones each time; `npm run drill -- --area trust` makes all of them. */
const SELECTED = new Set(
  telling(5, [
    'secret/in-base64-of-columns',
    'report/second-name-of-a-secret',
    'test-report/of-entities-in-entities',
    'coverage-report/of-a-prototype',
    'reach/secret-in-a-closed-folder',
    'redaction/between-invisible-characters',
    'protected-path/behind-a-line-break',
    'next-step/changed-package',
  ]),
);

describe('attempts against the trust boundary', () => {
  it('are at least 120, each with a key of its own', () => {
    const keys = ATTEMPTS.map(({ key }) => key);
    expect(new Set(keys).size).to.equal(keys.length).and.to.be.at.least(120);
    expect(keys).to.include.members([...SELECTED]);
  });

  it('are named in docs/security.md by families and keys that there are', () => {
    const named = [...readFileSync('docs/security.md', 'utf8').matchAll(/\*([a-z-]+\/[\w-]*)\*/g)].map(
      ([, name = '']) => name,
    );
    const unknown = named.filter(
      (name) => !ATTEMPTS.some(({ key }) => key === name || (name.endsWith('/') && key.startsWith(name))),
    );
    expect(unknown).to.deep.equal([]);
    const families = new Set(ATTEMPTS.map(({ key }) => key.replace(/[^/]*$/, '')));
    expect([...families].filter((family) => !named.includes(family))).to.deep.equal([]);
  });

  it('break nothing, and strike, in many families', async () => {
    const area = await trustArea({ attempts: ATTEMPTS.filter(({ key }) => SELECTED.has(key)) });
    const { violations, runs } = await drillArea(area, { seed: 1, runs: area.fullRuns, report: () => {} });
    expect(violations).to.deep.equal([]);
    expect(runs).to.be.at.least(SELECTED.size);
  });
});
