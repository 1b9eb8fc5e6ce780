import { expect } from 'chai';
import fc from 'fast-check';
import { cleanText, escapeMarkdown, formatPct, link, preformatted, shorten } from './markdown.ts';

/** What a reader sees: entities decoded, the invisible break removed. */
function seen(markdown: string): string {
  return markdown
    .replaceAll('&#8203;', '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe('escapeMarkdown', () => {
  const hostile: ReadonlyArray<[name: string, text: string, absent: RegExp]> = [
    ['table column', 'a | b', /\|/],
    ['mention', 'ping @octocat', /@[A-Za-z0-9]/],
    ['team mention', '@org/team', /@[A-Za-z0-9]/],
    ['e-mail', 'me@example.com', /@[A-Za-z0-9]/],
    ['closing keyword', 'fixes #12', /#12/],
    ['reference into another repository', 'owner/name#3', /#3/],
    ['GH reference', 'closes GH-7', /GH-7/],
    ['comment', '<!-- kiro-worker:section:end -->', /<|>/],
    ['HTML', '<img src=x onerror=alert(1)>', /<|>/],
    ['entity', '&lt;script&gt;', /&lt;/],
    ['code', 'run `rm` now', /`/],
    ['link', '[click](https://evil.example)', /[[\]]|https:\/\//],
    ['bare link', 'see https://evil.example', /:\/\//],
    ['www link', 'see www.evil.example', /www\./],
    ['image', '![x](y)', /[[\]]/],
    ['strong', '**loud**', /\*/],
    ['emphasis', '_soft_', /_/],
    ['strike', '~~gone~~', /~/],
    ['heading', '# Title', /#(?!\d)/],
    ['bullet', '- [x] done', /^-|\[/],
    ['numbered list', '1. first', /^1\./],
    ['quote', '> said', />/],
    ['mathematics', '$x$', /\$/],
    ['line break', 'a\nb\r\nc\u2028d', /[\n\r\u2028]/],
    ['NUL and control characters', 'a\u0000b\u0007c\u009bd', /\p{Cc}/u],
    ['direction mark', 'a\u202eb\u2066c', /[\u202e\u2066]/],
    ['hidden tags', 'a\u{e0041}b', /\u{e0041}/u],
    ['terminal colour', '\u001b[31mred\u001b[0m', /\p{Cc}|\[31m/u],
    ['lone surrogate', 'a\ud800b', /\ud800/],
  ];
  for (const [name, text, absent] of hostile) {
    it(`makes harmless: ${name}`, () => {
      const escaped = escapeMarkdown(text).replace(/&#35;(?!\d)/g, '');
      expect(escaped).not.to.match(absent);
    });
  }

  it('shows plain words and names of tests as they are', () => {
    expect(escapeMarkdown('adds two_numbers, (a + b) = c; 50% – "ok" é 漢字 👩‍💻')).to.equal(
      'adds two_numbers, (a + b) = c; 50% – "ok" é 漢字 👩‍💻',
    );
  });

  it('never lets structure through, keeps one line, and shows the same text', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(...'ab1 _@#|`*[]\\~$<>&-+=.:/\n\r\t\u0000wGH;'.split(''), 'www.', '://', '<!--'),
    });
    fc.assert(
      fc.property(nasty, (text) => {
        const escaped = escapeMarkdown(text, 1000);
        expect(escaped).not.to.match(/[<>|`*[\]\\~$\n\r\t]|\p{Cc}|@[\w/]|:\/\/|^[-+=]/u);
        expect(escaped.replace(/&#\d+;/g, '')).not.to.match(/[&#]/);
        expect(seen(escaped)).to.equal(cleanText(text).replace(/\s+/g, ' ').trim());
      }),
      { numRuns: 500 },
    );
  });

  it('takes at most the given number of characters, without cutting a character in two', () => {
    expect(escapeMarkdown('x'.repeat(5000), 10)).to.equal(`${'x'.repeat(9)}…`);
    expect(shorten('ab😀cd', 4)).to.equal('ab…');
    expect(shorten('ab😀', 4)).to.equal('ab😀');
  });
});

describe('preformatted', () => {
  it('cannot be left by what stands in it', () => {
    const block = preformatted('</pre>\n<!-- kiro-worker:section:end -->\n```\n@someone #12\r\n\u001b[31mred');
    expect(block.slice('<pre>\n'.length, -'\n</pre>'.length)).not.to.match(/[<>`@]|#1|\r|\[31m/);
    expect(seen(block)).to.contain('@someone #12\nred');
  });

  it('keeps the indentation of the first line', () => {
    expect(preformatted('\n\n  at x\n\n')).to.equal('<pre>\n  at x\n</pre>');
  });
});

describe('link', () => {
  it('links plain addresses only', () => {
    expect(link('abc', 'https://github.com/o/r/commit/abc')).to.equal('[abc](https://github.com/o/r/commit/abc)');
    for (const url of [
      null,
      '',
      'javascript:alert(1)',
      'https://a b',
      'https://a"onx',
      'http://x\ny',
      'data:x',
      '//x',
    ]) {
      expect(link('abc', url)).to.equal('abc');
    }
  });

  it('keeps brackets of an address from ending the link', () => {
    expect(link('a]b', 'https://h/x)y(z')).to.equal('[a&#93;b](https://h/x%29y%28z)');
  });
});

describe('formatPct', () => {
  const rows: ReadonlyArray<[number, string]> = [
    [80, '80 %'],
    [79.999, '79.99 %'],
    [79.99999999999999, '79.99 %'],
    [80.29, '80.29 %'],
    [56.99999999999999, '56.99 %'],
    [66.66666666666667, '66.66 %'],
    [0, '0 %'],
    [100, '100 %'],
  ];
  for (const [pct, text] of rows) {
    it(`shows ${pct} as ${text}`, () => {
      expect(formatPct(pct)).to.equal(text);
    });
  }

  it('never shows more than the figure', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (pct) => {
        const shown = Number.parseFloat(formatPct(pct));
        expect(shown).to.be.at.most(pct);
        expect(pct - shown).to.be.below(0.0101);
      }),
    );
  });
});
