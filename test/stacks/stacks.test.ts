import { expect } from 'chai';
import Table from 'cli-table3';
import { brokenIntents, INTENTS } from './intents.ts';
import { composeModel } from './model.ts';
import { MUTATIONS } from './mutations.ts';

describe('the templates', () => {
  const model = composeModel();

  for (const [name, intent] of Object.entries(INTENTS)) {
    it(name, () => {
      expect(intent(model)).to.deep.equal([]);
    });
  }
});

describe('a mutated builder is caught', () => {
  const caught: Array<[string, string]> = [];

  for (const { what, change } of MUTATIONS) {
    it(what, () => {
      const model = structuredClone(composeModel());
      change(model);
      const broken = [...brokenIntents(model).keys()];
      caught.push([what, broken[0] ?? '(nothing)']);
      expect(broken).to.have.length.greaterThan(0);
    });
  }

  after(() => {
    const table = new Table({ head: ['mutation', 'caught by'], style: { head: [], border: [], compact: true } });
    table.push(...caught);
    console.log(`${table.toString()}\n${caught.length} mutations of the templates, all caught.`);
  });
});
