import { expect } from 'chai';
import { parseSection } from '../../src/core/pull-request-section.ts';
import { cpuMsOf, SUSPICIOUS_CPU_MS } from '../support/cpu-time.ts';
import { HOSTILE_INPUTS } from './hostile-inputs.ts';

describe('hostile inputs', () => {
  for (const { door, name, say, names } of HOSTILE_INPUTS) {
    it(`${door}: refuses ${name}, and names what and where`, () => {
      let said: string | null | undefined;
      const cpuMs = cpuMsOf(() => {
        said = say();
      });
      expect(said).to.be.a('string');
      for (const part of names) expect(said).to.include(part);
      expect(said?.length).to.be.below(2000);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must not be told what to do
      expect(said).not.to.match(/[\0-\x08\x0b-\x1f\x7f\u200b\u202e]/);
      expect(cpuMs).to.be.below(SUSPICIOUS_CPU_MS);
    });
  }

  it('are at least 100, through every door', () => {
    const byDoor = Map.groupBy(HOSTILE_INPUTS, ({ door }) => door);
    expect(HOSTILE_INPUTS.length).to.be.at.least(100);
    expect([...byDoor.values()].map((inputs) => inputs.length)).to.satisfy((counts: number[]) =>
      counts.every((count) => count >= 6),
    );
  });

  it('in a pull request are not taken for our own words', () => {
    const facts = '{"outcome":"completed","head":null,"buildId":"b"}';
    const section = (data: string) =>
      `<!-- kiro-worker:section:start -->\n<!-- kiro-worker:data ${data} -->\n<!-- kiro-worker:section:end -->`;
    expect(parseSection(section(facts))?.outcome).to.equal('completed');
    const forged = [
      facts,
      `<!-- kiro-worker:data ${facts} -->`,
      section(facts).replace('section:end', 'section:start'),
      section('{"outcome":"approved","head":null,"buildId":"b"}'),
      section('{"outcome":"constructor","head":null,"buildId":"b"}'),
      section('{"outcome":"completed","head":"main","buildId":"b"}'),
      section('{"outcome":"completed","head":null,"buildId":7}'),
      section('null'),
      section('{'),
    ];
    expect(forged.map((body) => parseSection(body))).to.deep.equal(forged.map(() => null));
  });
});
