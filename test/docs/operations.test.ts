import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ALARMS } from '../../src/stacks/monitoring.ts';

describe('the runbook', () => {
  it('has one row for each alarm: what shows it, and what cures it', () => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8');
    const [, runbook = ''] = text.split('\n## Runbook\n');
    const rows = [...runbook.matchAll(/^\| ([a-z-]+) \| (.+) \| (.+) \|$/gm)].filter(([, name]) => name !== 'alarm');
    expect(rows.map(([, name]) => name)).to.have.members(ALARMS.map(({ name }) => name));
    for (const [row, , shown, cure] of rows) expect([shown, cure], row).to.not.include('');
  });
});
