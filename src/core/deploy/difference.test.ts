import { expect } from 'chai';
import { differencesBetween } from './difference.ts';

const side = (template: object, rest: object = {}) => ({ template, parameters: {}, tags: {}, ...rest });
const placesOf = (before: ReturnType<typeof side>, after: ReturnType<typeof side>) =>
  differencesBetween(before, after).map(({ kind, path }) => `${kind} ${path}`);

describe('the difference of two deployments', () => {
  it('is none for the same content in another order of keys', () => {
    const before = side({ Resources: { A: { Type: 'T', List: [{ x: 1, y: 2 }] } } });
    expect(placesOf(before, side({ Resources: { A: { List: [{ y: 2, x: 1 }], Type: 'T' } } }))).to.deep.equal([]);
  });

  it('names each place in template, parameters and tags', () => {
    const before = side(
      { Resources: { A: { Timeout: 1 }, Old: { Type: 'T' } } },
      { parameters: { P: 'a' }, tags: { T: '1' } },
    );
    const after = side({ Resources: { A: { Timeout: 2, Size: 3 } } }, { parameters: { P: 'b' }, tags: {} });
    expect(placesOf(before, after)).to.deep.equal([
      'added Resources/A/Size',
      'changed Resources/A/Timeout',
      'removed Resources/Old',
      'changed parameters/P',
      'removed tags/T',
    ]);
  });

  it('does not pass over the order of a list, nor a value that becomes null or a text', () => {
    const all = (value: unknown) => side({ value: value ?? null });
    for (const [before, after] of [
      [
        [1, 2],
        [2, 1],
      ],
      [1, '1'],
      [{ a: 1 }, null],
      [[], {}],
    ])
      expect(placesOf(all(before), all(after)), JSON.stringify([before, after])).to.have.length(1);
  });
});
