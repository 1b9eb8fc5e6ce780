import { expect } from 'chai';
import { judgeMeasures, LIMITS } from './limits.ts';
import { measureSourceFile } from './source-file.ts';

const measure = (text: string, path = 'src/core/some.ts') => measureSourceFile({ path, text });

describe('the measures of a source file', () => {
  it('count functions with more than two positional parameters, of every kind', () => {
    const text = [
      'export function a(one: 1, two: 2, three: 3) { return [one, two, three]; }',
      'export const b = (one: 1, two: 2, three: 3) => [one, two, three];',
      'class C { constructor(one: 1, two: 2, three: 3) {} m(one: 1, two: 2, three: 3) {} }',
    ].join('\n');
    const at = (line: number) => `src/core/some.ts:${line}`;
    expect(measure(text).longParameterLists).to.deep.equal([at(1), at(2), at(3), at(3)]);
  });

  it('let pass two parameters beside this, one object, rest parameters and signatures without a body', () => {
    const text = [
      'export function a(this: object, one: 1, two: 2) {}',
      'export const b = ({ one, two, three }: { one: 1; two: 2; three: 3 }) => [one, two, three];',
      'export const c = (one: 1, ...more: number[]) => more;',
      'export interface D { m(one: 1, two: 2, three: 3): void; f: (one: 1, two: 2, three: 3) => void }',
    ].join('\n');
    expect(measure(text).longParameterLists).to.deep.equal([]);
  });

  it('count every cast but "as const" and "satisfies"', () => {
    const text =
      "export const a = 1 as number;\nexport const b = <string>'';\nexport const c = [1] as const satisfies number[];\n";
    expect(measure(text).casts).to.deep.equal(['src/core/some.ts:1', 'src/core/some.ts:2']);
  });

  it('count casts and parameters of our own code alone', () => {
    const text = 'export const a = (one: 1, two: 2, three: 3) => one as number;\n';
    const limits = { ...LIMITS, longParameterLists: 0, castsPerThousandLines: 0 };
    const problemsAt = (path: string) => judgeMeasures([measure(text, path)], { roots: [], limits }).problems;
    expect(problemsAt('src/core/some.ts')).to.have.length(2);
    expect(problemsAt('scripts/some.ts')).to.have.length(2);
    expect(problemsAt('src/core/some.test.ts')).to.deep.equal([]);
    expect(problemsAt('test/support/some.ts')).to.deep.equal([]);
  });
});
