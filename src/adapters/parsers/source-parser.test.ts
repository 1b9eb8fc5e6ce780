import { expect } from 'chai';
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

  it('gives up a file that is too large, too slow or nests too deep, and reads the next one', async () => {
    const parser = createSourceParser({ bytesOfFile: 400_000, fileMs: 5_000 });
    const files = [
      { path: 'large.test.ts', text: 'x'.repeat(400_001) },
      { path: 'deep.test.ts', text: `${'['.repeat(150_000)}${']'.repeat(150_000)}` },
      TEST,
    ];
    const [large, deep, plain] = await parser.read(files);
    expect(large?.problem).to.match(/larger/);
    expect(deep?.problem).to.be.a('string');
    expect(plain).to.deep.include({ problem: null });
    await parser.close();
  });
});
