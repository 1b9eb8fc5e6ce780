import { expect } from 'chai';
import { bareLines } from './bare-lines.ts';
import { isCode, statementsOf } from './code-lines.ts';
import { findExclusions } from './exclusions.ts';
import { type Language, languageOf, syntaxOf } from './language.ts';
import { formatRanges, toRanges } from './ranges.ts';
import { typeLines, unloadedLines } from './unloaded-lines.ts';

const bare = (text: string, language: Language = 'javascript') => bareLines(text, syntaxOf(language));

describe('bare lines', () => {
  const hidden: ReadonlyArray<[what: string, text: string]> = [
    ['a regular expression that looks like a comment', 'const open = /[/*]/;\nrun();\nconst close = /[*/]/;'],
    ['one after a word', 'function f(s) {\n  return /[/*]/.test(s);\n}\nrun();\n// */'],
    ['a division and a comment', 'const a = b / c; /* x */\nrun();\n// */'],
    ['a template that looks like a comment', 'const a = `\n/*\n`;\nrun();\nconst b = `\n*/\n`;'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is text of a program.
    ['code within a template', 'const a = `\n${(() => {\n  run();\n  return `${1}`;\n})()}`;'],
    ['a text that looks like a comment', `const a = '/*';\nrun();\nconst b = "*/";`],
    ['a quote in a comment', "// don't\nrun();\n// won't"],
    ['a comment without an end', '/* \nrun();\n'],
    ['a template without an end', 'const a = `\nrun();\n'],
  ];
  for (const [what, text] of hidden)
    it(`keep code beside ${what}`, () => {
      const lines = bare(text);
      expect(lines).to.have.length(text.split('\n').length);
      expect(
        lines.some((line) => line.includes('run()')),
        lines.join('\n'),
      ).to.equal(true);
    });

  it('have no comments, and nothing that stands between quotes', () => {
    expect(bare('/* a\n b */ c(); // d\n/** e */').map(isCode)).to.deep.equal([false, true, false]);
    expect(bare("x('a;b;c'); // d; e").map(statementsOf)).to.deep.equal([1]);
    expect(bare('"""\nA text.\n"""\nx = 1 # y\n# z', 'python').map(isCode)).to.deep.equal([
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(bare('a := `\n x\n`\nb()', 'go').map(isCode)).to.deep.equal([true, false, false, true]);
  });

  it('are no code where nothing of them runs by itself', () => {
    const nothing = ['', '  }', '});', '} else {', 'try {', '  ]),', '} finally {'];
    expect(nothing.filter(isCode)).to.deep.equal([]);
    expect(['return', '} else if (a) {', 'x', '} catch (e) {'].filter((line) => !isCode(line))).to.deep.equal([]);
  });

  it('count statements, but not the heads of loops', () => {
    const counts = [
      ['a()', 1],
      ['a(); b()', 2],
      ['for (let i = 0; i < n; i += 1) {', 1],
      ['if (a) { b(); c(); }', 2],
    ] as const;
    for (const [line, count] of counts) expect(statementsOf(line), line).to.equal(count);
    expect(statementsOf('if err := run(); err != nil {')).to.equal(1);
  });

  it('take a moment for a long file', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is text of a program.
    const text = `${'const a = "b" + `c ${d} e` / 2; // f\n'.repeat(20_000)}`;
    expect(bare(text).filter(isCode)).to.have.length(20_000);
  });
});

describe('languages', () => {
  it('are known by the names of files', () => {
    const names = [
      'a.ts',
      'a.tsx',
      'a.d.ts',
      'a.d.mts',
      'a.py',
      'A.kt',
      'a.go',
      'a.md',
      'a.json',
      'Makefile',
      'a.constructor',
    ];
    expect(names.map(languageOf)).to.deep.equal([
      'javascript',
      'javascript',
      null,
      null,
      'python',
      'jvm',
      'go',
      null,
      null,
      null,
      null,
    ]);
  });

  it('have lines that a tool would count, and others', () => {
    const typescript = bare(
      'import a from "a";\nexport type B =\n  | "c"\n  | "d";\ninterface E {\n  f(): void;\n}\nexport const g = 1;\nenum H { I }\n',
    );
    expect(unloadedLines(typescript, 'javascript')).to.deep.equal([8, 9]);
    expect([...typeLines(typescript)]).to.deep.equal([2, 3, 4, 5, 6, 7]);
    const java = bare(
      'package a;\nimport b.C;\n@D({"e"})\nclass F {\n  int g = 1;\n  List<H> i = new J<>();\n  int k() {\n    return g;\n  }\n  abstract int l();\n}\n',
      'jvm',
    );
    expect(unloadedLines(java, 'jvm')).to.deep.equal([6, 8]);
    const go = bare(
      'package a\nimport "b"\ntype C struct {\n\td int\n}\nfunc (c C) e() int {\n\treturn c.d\n}\nfunc f() int { return 1 }\nvar g = func() { h() }\n',
      'go',
    );
    expect(unloadedLines(go, 'go')).to.deep.equal([7, 9, 10]);
    expect(
      unloadedLines(bare('"""A."""\nimport b\nfrom c import d\n\n@e\ndef f():\n    return 1\n', 'python'), 'python'),
    ).to.deep.equal([6, 7]);
  });
});

describe('comments that take code out of coverage', () => {
  it('reach to their end, over so many lines, or over what they stand before', () => {
    const rows: ReadonlyArray<
      [lines: readonly string[], expected: readonly (readonly [number, number | null, number])[]]
    > = [
      [['a', '/* c8 ignore next 3 */', 'b'], [[2, null, 3]]],
      [['/* istanbul ignore next */', 'b'], [[1, null, 1]]],
      [['/* v8 ignore start */', 'b', '/* v8 ignore stop */', 'c'], [[1, 3, 2]]],
      [['a', '// LCOV_EXCL_START', 'b'], [[2, 3, 1]]],
      [['/* node:coverage disable */', 'b', '/* node:coverage enable */'], [[1, 3, 2]]],
      [['a', '/* c8 ignore file */', 'b'], [[1, 3, 3]]],
      [['# :nocov:', 'a', '# :nocov:', 'b'], [[1, 3, 2]]],
      [['def a():  # pragma: no cover', '    b'], [[1, null, 1]]],
    ];
    for (const [lines, expected] of rows)
      expect(
        findExclusions(lines).map(({ from, to, sure }) => [from, to, sure]),
        lines[0],
      ).to.deep.equal(expected);
  });
});

describe('ranges', () => {
  it('are what stands in a row, cut where there are many', () => {
    expect(formatRanges(toRanges([1, 2, 3, 7, 9, 10]), 2)).to.equal('1-3, 7, …');
    expect(formatRanges(toRanges([]), 2)).to.equal('');
  });
});
