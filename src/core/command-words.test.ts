import { expect } from 'chai';
import fc from 'fast-check';
import { cpuMsOf, SUSPICIOUS_CPU_MS } from '../../test/support/cpu-time.ts';
import { parseCommand } from './command-words.ts';

describe('parseCommand', () => {
  const good: ReadonlyArray<[value: unknown, argv: string[]]> = [
    ['npm test', ['npm', 'test']],
    ['  npm \t run   test:coverage\n', ['npm', 'run', 'test:coverage']],
    [`node --test "test/**/*.test.js"`, ['node', '--test', 'test/**/*.test.js']],
    [`a 'b c' "d e" f\\ g`, ['a', 'b c', 'd e', 'f g']],
    [`a b'c'"d"e`, ['a', 'bcde']],
    [`a '' ""`, ['a', '', '']],
    [`a '$HOME;rm' "x;y|z"`, ['a', '$HOME;rm', 'x;y|z']],
    [`a "say \\"hi\\" \\\\ \\$x \\n"`, ['a', 'say "hi" \\ $x \\n']],
    ['a \\; \\$', ['a', ';', '$']],
    ['a --x=1 b#c d~e f!', ['a', '--x=1', 'b#c', 'd~e', 'f!']],
    ['./scripts/test.sh', ['./scripts/test.sh']],
    ['/usr/bin/make check', ['/usr/bin/make', 'check']],
    ['go test ./...', ['go', 'test', './...']],
    [
      ['sh', '-c', 'a && b | c > d; echo $X'],
      ['sh', '-c', 'a && b | c > d; echo $X'],
    ],
    [
      ['a', ''],
      ['a', ''],
    ],
  ];
  for (const [value, argv] of good) {
    it(`takes ${JSON.stringify(value)}`, () => {
      expect(parseCommand(value)).to.deep.equal({ argv });
    });
  }

  const bad: ReadonlyArray<[value: unknown, words: RegExp]> = [
    ['', /name a program/],
    ['   ', /name a program/],
    [[], /name a program/],
    [[''], /name a program/],
    [[' ', 'x'], /name a program/],
    ['a; b', /";" \(a second command\).*write a list.*script/],
    ['a && b', /"&" \(a second command/],
    ['a &', /"&"/],
    ['a | b', /"\|" \(a pipe\)/],
    ['a > b', />.*redirection/],
    ['a 2>&1', />.*redirection/],
    ['a < b', /<.*redirection/],
    ['a $HOME', /"\$" \(a variable\)/],
    ['a "$HOME"', /"\$" \(a variable\)/],
    ['a $(b)', /"\$"/],
    ['a `b`', /`.*output of a command/],
    ['a "`b`"', /`.*output of a command/],
    ['(a)', /subshell/],
    ['a {b,c}', /group/],
    ['a *.js', /"\*" \(a pattern.*quote it/],
    ['a ?', /pattern/],
    ['a [x]', /pattern/],
    ['a # b', /"#" \(a comment\)/],
    ['a ~/b', /home folder/],
    ['! a', /history/],
    ['a\nb', /second command/],
    ['a\r\nb', /second command/],
    ["a 'b", /quote \('\) that is never closed/],
    ['a "b', /quote \("\) that is never closed/],
    [`a "b'`, /quote \("\) that is never closed/],
    ['a\\', /holds/],
    ['a\u0000b', /NUL/],
    [['a', 'b\u0000'], /NUL/],
    ['a\u00a0b', /holds/],
    ['-rf /', /not with an option/],
    [['--help'], /not with an option/],
    ['CI=1 npm test', /\["env", "CI=\.\.\."/],
    [['CI=1', 'npm'], /sets a variable/],
    [null, /list of texts/],
    [undefined, /list of texts/],
    [7, /list of texts/],
    [true, /list of texts/],
    [{ run: 'x' }, /list of texts/],
    [['a', 1], /quotes round item 2/],
    [['a', ['b']], /quotes round item 2/],
    [['a', null], /quotes round item 2/],
    [Array.from({ length: 201 }, () => 'a'), /200 words/],
    [['a', 'b'.repeat(4001)], /4000 characters/],
  ];
  for (const [value, words] of bad) {
    it(`refuses ${JSON.stringify(value)?.slice(0, 40)}`, () => {
      const parsed = parseCommand(value);
      expect('problem' in parsed ? parsed.problem : 'no problem').to.match(words);
    });
  }

  it('reads any words again that were put in quotes', () => {
    const word = fc.string({ unit: fc.constantFrom(...`ab '"\\$\`;|&<>*?[]{}()#~!=-é\t`.split('')) });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const quoted = words.map((text) => `'${text.replaceAll("'", `'\\''`)}'`);
        expect(parseCommand(['prog', ...quoted].join(' '))).to.deep.equal({ argv: ['prog', ...words] });
      }),
    );
  });

  it('is not slow on long texts', () => {
    for (const unit of ['"', "'", '\\', 'a"', '"a\\', ' ']) {
      expect(
        cpuMsOf(() => parseCommand(`a ${unit.repeat(500_000)}`)),
        unit,
      ).to.be.below(SUSPICIOUS_CPU_MS);
    }
  });
});
