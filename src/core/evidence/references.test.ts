import { expect } from 'chai';
import { namedCriteria } from './naming.ts';
import { readProperties } from './properties.ts';
import { resolveReferences } from './references.ts';

const criteria = ['1.1', '1.2', '1.3', '2.1', '2.2', '3.1', '3.10', '12.1'].map((id, index) => ({
  id,
  text: `criterion ${id}`,
  file: 'requirements.md',
  line: index + 1,
}));

describe('resolveReferences', () => {
  const CASES: ReadonlyArray<readonly [reference: string, ids: readonly string[]]> = [
    ['1.2', ['1.2']],
    ['1.02', ['1.2']],
    ['1', ['1.1', '1.2', '1.3']],
    ['R2.1', ['2.1']],
    ['REQ-3', ['3.1', '3.10']],
    ['1.2-1.3', ['1.2', '1.3']],
    ['1.2–2.1', ['1.2', '1.3', '2.1']],
    ['1.1-3', ['1.1', '1.2', '1.3']],
    ['2-3', ['2.1', '2.2', '3.1', '3.10']],
    ['1.3 to 2.1', ['1.3', '2.1']],
    ['All', ['1.1', '1.2', '1.3', '2.1', '2.2', '3.1', '3.10', '12.1']],
    ['全部', ['1.1', '1.2', '1.3', '2.1', '2.2', '3.1', '3.10', '12.1']],
  ];
  for (const [reference, ids] of CASES) {
    it(`takes ${reference} for ${ids.length} criteria`, () =>
      expect(resolveReferences([reference], criteria)).to.deep.equal({ ids, unknown: [] }));
  }

  it('names what no criterion answers to, and gives each criterion once, in the order of the spec', () => {
    expect(resolveReferences(['2.1', '9.9', 'Login flow', '1.1', '2'], criteria)).to.deep.equal({
      ids: ['1.1', '2.1', '2.2'],
      unknown: ['9.9', 'Login flow'],
    });
  });
});

describe('readProperties', () => {
  it('reads what each property validates, on its line or below it', () => {
    const text = [
      '### Property 1: Order is kept',
      '*For any* list …',
      '**Validates: Requirements 1.1, 1.2**',
      '- **Property 2: Nothing is lost** - _Requirements 2.1_',
      '**属性 3：顺序** **验证：需求 3.1**',
      'Property 4 is not described',
    ].join('\n');
    expect(Object.fromEntries(readProperties([text]))).to.deep.equal({
      1: ['1.1', '1.2'],
      2: ['2.1'],
      3: ['3.1'],
      4: [],
    });
  });
});

describe('namedCriteria', () => {
  const properties = new Map([['7', ['2.1', '2.2']]]);
  const CASES: ReadonlyArray<readonly [name: string, ids: readonly string[]]> = [
    ['Requirement 1.2: keeps the order', ['1.2']],
    ['login › keeps the order (Requirements 1.1, 1.2 and 2.1)', ['1.1', '1.2', '2.1']],
    ['[1.2] keeps the order', ['1.2']],
    ['keeps the order (1.1, 3.10)', ['1.1', '3.10']],
    ['test_requirement_1_2_keeps_the_order', ['1.2']],
    ['TestReq3_10', ['3.10']],
    ['testRequirement1_2IsKept', ['1.2']],
    ['AC 2.2 holds', ['2.2']],
    ['需求 1.1：顺序', ['1.1']],
    ['Property 7: nothing is lost', ['2.1', '2.2']],
    ['test_property_7_nothing_is_lost', ['2.1', '2.2']],
    ['parses version 1.2', []],
    ['parses 1.2.3', []],
    ['requirement 1.2.3 is a version', []],
    ['takes 1.2 seconds', []],
    ['Requirement 1', []],
    ['Requirement 9.9', []],
    ['mac 1.2 is supported', []],
    ['property 70 holds', []],
  ];
  for (const [name, ids] of CASES) {
    it(`${ids.length === 0 ? 'finds nothing' : `finds ${ids.join(' and ')}`} in "${name}"`, () =>
      expect(namedCriteria(name, { criteria, properties })).to.deep.equal(ids));
  }
});
