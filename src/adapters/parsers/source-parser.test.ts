import { expect } from 'chai';
import { inFull } from '../../../test/left-to-rehearsal.ts';
import { createSourceParser } from './source-parser.ts';

const TEST = { path: 'a.test.ts', text: "it('a', () => {\n  expect(f()).toBe(1);\n});\n" };

describe('the parser of source files', () => {
  it('reads what it can of a file with faults, and says so', async () => {
    const parser = createSourceParser();
    const [model] = await parser.read([{ ...TEST, text: `${TEST.text}const = ;;; ]` }]);
    expect(model?.problem).to.match(/syntax/);
    expect(model?.tests).to.have.length(1);
    await parser.close();
  });

  it('gives up a file that is too large, and reads the next ones, however deep one nests', async () => {
    const parser = createSourceParser({ bytesOfFile: 400_000 });
    const depth = inFull({ here: 20_000, inRehearsal: 50_000 });
    const files = [
      { path: 'large.test.ts', text: 'x'.repeat(400_001) },
      { path: 'deep.test.ts', text: `${'['.repeat(depth)}${']'.repeat(depth)}` },
      TEST,
    ];
    const [large, deep, plain] = await parser.read(files);
    expect(large?.problem).to.match(/larger/);
    expect(deep?.tests).to.deep.equal([]);
    expect(plain).to.deep.include({ problem: null });
    await parser.close();
  });

  it('gives up a file that takes too long, and reads the next one in a thread of its own', async () => {
    const hurried = createSourceParser({ fileMs: 1 });
    const models = await hurried.read([TEST, { ...TEST, path: 'b.test.ts' }]);
    expect(models.map(({ problem }) => problem)).to.deep.equal([
      'reading it takes longer than 1 ms',
      'reading it takes longer than 1 ms',
    ]);
    await hurried.close();
  });
});
