import { expect } from 'chai';
import fc from 'fast-check';
import { parseBranchName } from './branch-name.ts';

const GOOD = [
  ...[
    'main',
    'feature/login',
    'feature/JIRA-12_do.it',
    'a',
    'user/-x',
    'x-',
    'heads/x',
    'origin/x',
    'my-refs/x',
    'head',
  ],
  ...['HEAD/x', 'a@b', '@x', 'a@', 'a.b', 'a.lock.b', 'lock', 'v1.2.3', 'dependabot/npm_and_yarn/x-1.2', 'a{b}', '0'],
  ...['$(reboot)', 'a;b', 'a`id`', 'a|b', 'a&b', "a'b", 'a"b', 'a<b>c', 'a#b', 'a%b', 'a!b', 'a,b', 'a=b', 'a--b'],
  ...['功能/登录', 'функция', 'תכונה', '機能', 'émoji-🚀', 'x'.repeat(244), 'é'.repeat(122)],
];

/** Each with a word that its reason must contain. */
const HOSTILE: ReadonlyArray<readonly [name: string, reason: string]> = [
  ['', 'empty'],
  ['-', 'option'],
  ['--', 'option'],
  ['-f', 'option'],
  ['-D', 'option'],
  ['--force', 'option'],
  ['--upload-pack=touch_x', 'option'],
  ['--output=/etc/passwd', 'option'],
  ['-/x', 'option'],
  [' ', 'space'],
  [' main', 'space'],
  ['main ', 'space'],
  ['my branch', 'space'],
  ['main --force', 'space'],
  ['a\tb', 'control'],
  ['a\nb', 'control'],
  ['main\n', 'control'],
  ['a\r\nb', 'control'],
  ['a\0b', 'control'],
  ['\0', 'control'],
  ['a\x01b', 'control'],
  ['a\x1b[31mb', 'control'],
  ['a\x7fb', 'control'],
  ['a\x85b', 'control'],
  ['a\u2028b', 'control'],
  ['a\u2029b', 'control'],
  ['..', '".."'],
  ['../main', '".."'],
  ['a/../b', '".."'],
  ['a..b', '".."'],
  ['main..dev', '".."'],
  ['main...dev', '".."'],
  ['a/..', '".."'],
  ['.', '"."'],
  ['.git', '"."'],
  ['.hidden/x', '"."'],
  ['a/.b', '"."'],
  ['a/./b', '"."'],
  ['a.', '"."'],
  ['a/b.', '"."'],
  ['a.lock', '.lock'],
  ['.lock', '"."'],
  ['a.lock/b', '.lock'],
  ['a/b.lock', '.lock'],
  ['/', '"/"'],
  ['/main', '"/"'],
  ['main/', '"/"'],
  ['//', '"/"'],
  ['a//b', '"//"'],
  ['/etc/passwd', '"/"'],
  ['a~1', '~ ^ :'],
  ['a^', '~ ^ :'],
  ['main^{tree}', '~ ^ :'],
  ['a:b', '~ ^ :'],
  ['+main:main', '~ ^ :'],
  [':/fix', '~ ^ :'],
  ['C:\\x', '~ ^ :'],
  ['a\\b', '~ ^ :'],
  ['a?b', '~ ^ :'],
  ['a*', '~ ^ :'],
  ['*', '~ ^ :'],
  ['a[b', '~ ^ :'],
  ['[a]', '~ ^ :'],
  ['@{-1}', '"@{"'],
  ['@{u}', '"@{"'],
  ['main@{1}', '"@{"'],
  ['@', 'current commit'],
  ['HEAD', 'current commit'],
  ['refs', 'full ref'],
  ['refs/heads/main', 'full ref'],
  ['refs/tags/v1', 'full ref'],
  ['refs/pull/1/head', 'full ref'],
  ['x'.repeat(245), 'bytes'],
  ['é'.repeat(123), 'bytes'],
  ['x'.repeat(1_000_000), 'bytes'],
  ['a\ud800b', 'Unicode'],
  ['\udc00', 'Unicode'],
  ['a\u200bb', 'invisible'],
  ['a\u200db', 'invisible'],
  ['a\u200eb', 'invisible'],
  ['a\u202eb', 'invisible'],
  ['a\u2066b\u2069', 'invisible'],
  ['\ufeffmain', 'invisible'],
  ['ma\u00adin', 'invisible'],
  ['a\u2060b', 'invisible'],
  ['a\u061cb', 'invisible'],
  ['a\u{e0041}b', 'invisible'],
];

describe('parseBranchName', () => {
  for (const name of GOOD) {
    it(`accepts ${JSON.stringify(name.slice(0, 40))}`, () => {
      expect(parseBranchName(name)).to.deep.equal({ ok: true, name });
    });
  }

  for (const [name, reason] of HOSTILE) {
    it(`refuses ${JSON.stringify(name.slice(0, 40))} for its ${reason}`, () => {
      const result = parseBranchName(name);
      expect(result.ok ? `accepted ${result.name}` : result.reason).to.contain(reason);
    });
  }

  it('accepts no text that could leave a folder, be an option, or hide a character', () => {
    const part = fc.constantFrom(
      ...'ab./-@{~^:?*[\\ \n\x7f\u200b\u202e$;é',
      '..',
      '.lock',
      'HEAD',
      'refs/',
      '@{',
      '//',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const result = parseBranchName(parts.join(''));
        if (!result.ok) return;
        expect(result.name).to.equal(parts.join(''));
        expect(result.name)
          .to.match(/^[^-/.]/)
          .and.to.not.match(/\/(?:\/|\.|$)/);
        expect(result.name).to.not.match(/[\p{Cc}\p{Cf} ~^:?*[\\]|\.\.|@\{|\.lock(?:\/|$)/u);
      }),
      { numRuns: 1000 },
    );
  });
});
