import { expect } from 'chai';
import Table from 'cli-table3';
import { INVARIANTS, violatedInvariants } from './invariants/all.ts';
import { composeModel } from './model.ts';
import { MUTATIONS } from './mutations.ts';

describe('the templates', () => {
  const model = composeModel();

  for (const [name, invariant] of Object.entries(INVARIANTS)) {
    it(name, () => {
      expect(invariant(model)).to.deep.equal([]);
    });
  }
});

describe('a mutated builder is caught', () => {
  const sound = composeModel();
  const caught: Array<[string, string]> = [];

  for (const { what, change } of MUTATIONS) {
    it(what, () => {
      const model = structuredClone(sound);
      change(model);
      const violated = [...violatedInvariants(model).keys()];
      caught.push([what, violated[0] ?? '(nothing)']);
      expect(violated).to.have.length.greaterThan(0);
    });
  }

  after(() => {
    const table = new Table({ head: ['mutation', 'caught by'], style: { head: [], border: [], compact: true } });
    table.push(...caught);
    console.log(`${table.toString()}\n${caught.length} mutations of the templates, all caught.`);
  });
});
