import { expect } from 'chai';
import { allowedBy, HOST_PATTERN } from './network.ts';

const ALLOW = ['registry.example.com', '*.crates.example', '127.0.0.1:4873', '[::1]:8080', 'localhost'];
const find = (host: string, port = 443) => allowedBy(ALLOW, { host, port });

describe('hosts that programs may reach', () => {
  it('are those of the list at its ports, 80 and 443 where it names none', () => {
    expect(find('registry.example.com')).to.equal('registry.example.com');
    expect(find('Registry.Example.COM.', 80)).to.equal('registry.example.com');
    expect(find('127.0.0.1', 4873)).to.equal('127.0.0.1:4873');
    for (const host of ['::1', '[::1]']) expect(find(host, 8080)).to.equal('[::1]:8080');
    for (const [host, port] of [
      ['registry.example.com', 22],
      ['127.0.0.1', 443],
      ['::1', 443],
      ['localhost', 4873],
    ] as const)
      expect(find(host, port), `${host}:${port}`).to.equal(null);
  });

  it('are any labels for "*.", but not the name behind it', () => {
    for (const host of ['static.crates.example', 'a.b.crates.example']) expect(find(host)).to.equal('*.crates.example');
    for (const host of ['crates.example', '.crates.example', 'evilcrates.example', 'static.crates.example.org'])
      expect(find(host), host).to.equal(null);
  });

  it('are not what other spellings of an address name', () => {
    for (const host of ['2130706433', '0x7f000001', '127.1', '0177.0.0.1', '::ffff:127.0.0.1', '127.0.0.1.'])
      expect(find(host, 4873), host).to.equal(host === '127.0.0.1.' ? '127.0.0.1:4873' : null);
  });

  it('are written as names, addresses and ports alone', () => {
    for (const entry of ALLOW) expect(entry).to.match(HOST_PATTERN);
    for (const entry of [
      '',
      '*',
      '*.',
      'https://a.example',
      'a.example/path',
      'A.example',
      'a..b',
      '-a.example',
      'a.*',
      'a:0',
      'a:b',
      '::1',
    ])
      expect(entry, entry).not.to.match(HOST_PATTERN);
  });
});
