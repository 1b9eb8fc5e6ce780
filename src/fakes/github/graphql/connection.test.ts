import { expect } from 'chai';
import fc from 'fast-check';
import { connection } from './connection.ts';

type Page = {
  nodes: number[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null; startCursor: string | null };
};

const numbers = fc
  .uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 60 })
  .map((list) => list.sort((a, b) => a - b));
const page = (items: readonly number[], args: object) =>
  connection(args, { items, rank: (item) => item, view: (item) => item }) as unknown as Page;

describe('connection', () => {
  it('brings every item once, forwards and backwards, whatever the page size', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 20 }), (items, size) => {
        const forwards: number[] = [];
        let after: string | null = null;
        for (let more = true; more; ) {
          const { nodes, pageInfo }: Page = page(items, { first: size, after });
          forwards.push(...nodes);
          more = pageInfo.hasNextPage;
          after = pageInfo.endCursor;
        }
        const backwards: number[] = [];
        let before: string | null = null;
        for (let more = true; more; ) {
          const { nodes, pageInfo }: Page = page(items, { last: size, before });
          backwards.unshift(...nodes);
          more = pageInfo.hasPreviousPage;
          before = pageInfo.startCursor;
        }
        expect(forwards).to.deep.equal(items);
        expect(backwards).to.deep.equal(items);
      }),
    );
  });

  it('neither loses nor doubles items that stay while others leave between pages', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 20 }), fc.func(fc.boolean()), (items, size, leaves) => {
        const { nodes, pageInfo } = page(items, { first: size });
        const left = items.filter((item) => !leaves(item));
        const rest = pageInfo.hasNextPage ? page(left, { first: 100, after: pageInfo.endCursor }).nodes : [];
        const staying = [...nodes, ...rest].filter((item) => left.includes(item));
        expect(staying).to.deep.equal(left);
      }),
    );
  });
});
