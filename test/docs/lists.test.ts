import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { COVERAGE_FORMAT_CHOICE } from '../../src/core/gates/coverage/formats.ts';
import { OUTCOME_KINDS, outcomeOf } from '../../src/core/outcome.ts';
import { DETECTED_TOOLS } from '../../src/core/repository/ecosystems/detect.ts';

const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');

describe('lists in the README are those of the code', () => {
  it('of coverage formats', () => {
    const [, listed] = /^ +coverage: \S+ +# (.+)$/m.exec(readme) ?? [];
    expect(listed).to.equal(COVERAGE_FORMAT_CHOICE);
  });

  it('of detected tools', () => {
    const [, listed] = /without it ([^.:]+?) are detected/.exec(readme) ?? [];
    expect(listed?.replace(/\s+/g, ' ')).to.equal(DETECTED_TOOLS);
  });

  it('of coverage formats in the remedy of a run that found none of them', () => {
    expect(OUTCOME_KINDS.filter((kind) => outcomeOf(kind).remedy.includes(COVERAGE_FORMAT_CHOICE))).to.deep.equal([
      'coverage-unknown',
    ]);
  });
});
