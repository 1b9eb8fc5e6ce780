import { expect } from 'chai';
import { submoduleAddress } from './submodule-address.ts';

const OWN = 'https://github.com/Octo/app.git';
const LIB = 'https://github.com/Octo/lib.git';

describe('submoduleAddress', () => {
  const rows: readonly [written: string, address: string | null][] = [
    ['https://github.com/octo/lib.git', LIB],
    ['https://github.com/Octo/lib', LIB],
    ['https://github.com/octo/lib/', LIB],
    ['https://someone:secret@GitHub.com/octo/lib', LIB],
    ['http://github.com/octo/lib', LIB],
    ['git://github.com/octo/lib.git', LIB],
    ['git@github.com:octo/lib.git', LIB],
    ['git@GITHUB.com:/octo/lib', LIB],
    ['ssh://git@github.com/octo/lib.git', LIB],
    ['ssh://git@github.com:22/octo/lib.git', LIB],
    ['../lib.git', LIB],
    ['../lib', LIB],
    ['..//lib', LIB],
    ['./../lib', LIB],
    ['../../octo/lib', LIB],
    ['../app.git', OWN],
    ['https://github.com/other/../octo/lib', LIB],
    // Others'.
    ['https://github.com/other/lib.git', null],
    ['https://github.com.evil.example/octo/lib', null],
    ['https://evil.example/octo/lib', null],
    ['https://github.com@evil.example/octo/lib', null],
    ['https://github.com:8443/octo/lib', null],
    ['git@evil.example:octo/lib', null],
    ['git@github.com:other/lib', null],
    ['../../other/lib', null],
    // No repository beside the own one.
    ['../../../octo/lib', null],
    ['../../../../evil.example/octo/lib', null],
    ['../', null],
    ['..', null],
    ['.', null],
    ['./lib', null],
    ['../x/lib', null],
    ['../..', null],
    ['../../octo/..', null],
    ['../.git', null],
    ['../lib/../../other/lib', null],
    ['../%2e%2e/other', null],
    ['../lib?x=1', null],
    ['../lib#x', null],
    ['../-u./x', null],
    ['../a b', null],
    ['../a\nb', null],
    ['https://github.com/octo/lib?x', null],
    ['https://github.com/octo/lib%2f..', null],
    ['https://github.com/octo', null],
    ['https://github.com/octo/lib/tree/main', null],
    // No server, or a program.
    ['', null],
    ['/octo/lib', null],
    ['file:///octo/lib', null],
    ['file://github.com/octo/lib', null],
    ['ext::sh -c touch% /tmp/x', null],
    ['ext::github.com/octo/lib', null],
    ['github.com:octo/lib', null],
    ['-oProxyCommand=sh@github.com:octo/lib', null],
    ['--upload-pack=sh', null],
    ['ssh://-oProxyCommand=sh/octo/lib', null],
    ['git@github.com:-oProxyCommand=x/lib', null],
    ['git+ssh://git@github.com/octo/lib', null],
    ['\\\\github.com\\octo\\lib', null],
  ];
  for (const [written, address] of rows) {
    it(`takes ${JSON.stringify(written)} for ${address ?? 'none of its owner'}`, () => {
      expect(submoduleAddress(written, OWN)).to.equal(address);
    });
  }

  it('keeps port and scheme of the own server, and what stands above the owner', () => {
    const own = 'http://127.0.0.1:4873/git/octo/app.git';
    const lib = 'http://127.0.0.1:4873/git/octo/lib.git';
    expect(submoduleAddress('../lib', own)).to.equal(lib);
    expect(submoduleAddress('http://127.0.0.1:4873/git/octo/lib', own)).to.equal(lib);
    expect(submoduleAddress('http://127.0.0.1/git/octo/lib', own)).to.equal(null);
    expect(submoduleAddress('http://127.0.0.1:4873/octo/lib', own)).to.equal(null);
  });
});
