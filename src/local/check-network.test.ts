import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { checkNetwork } from './check-network.ts';

describe('proxy and certificates of this machine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kiro-network-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const linesOf = (env: Record<string, string>) => checkNetwork(env).map(({ state, detail }) => `${state}: ${detail}`);
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  it('are well where nothing is set, or what is set is there', () => {
    expect(linesOf({})).to.deep.equal(['passed: none set: requests go out directly']);
    const env = {
      HTTPS_PROXY: 'http://ana:secret@proxy.example.com:3128',
      https_proxy: 'proxy.example.com:3128',
      NO_PROXY: 'localhost,.example.com',
      NODE_EXTRA_CA_CERTS: file('own.pem', `# ours\n${rootCertificates[0]}\n${rootCertificates[1]}\n`),
      SSL_CERT_DIR: `${folder}${path.delimiter}${tmpdir()}`,
    };
    const [line, ...more] = linesOf(env);
    expect(more).to.deep.equal([]);
    expect(line)
      .to.match(/^passed: set: HTTPS_PROXY, https_proxy, NO_PROXY/)
      .and.not.include('secret');
  });

  it('are named at once where they lead nowhere, without the password of a proxy', () => {
    const lines = linesOf({
      HTTP_PROXY: 'ftp://ana:secret@proxy',
      ALL_PROXY: 'http://ana:secret@proxy:port',
      NODE_EXTRA_CA_CERTS: path.join(folder, 'missing.pem'),
      SSL_CERT_FILE: file('empty.pem', 'nothing'),
      AWS_CA_BUNDLE: file('damaged.pem', '-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n'),
      GIT_SSL_CAPATH: path.join(folder, 'empty.pem'),
    });
    expect(lines).to.have.length(6);
    expect(lines.join('\n')).to.not.include('secret');
    expect(lines.join('\n'))
      .to.match(/failed: HTTP_PROXY is no address of a proxy\nfailed: ALL_PROXY is no/)
      .and.match(/NODE_EXTRA_CA_CERTS names .*missing\.pem, which cannot be used: ENOENT/)
      .and.match(/SSL_CERT_FILE names .*empty\.pem, in which there is no certificate/)
      .and.match(/AWS_CA_BUNDLE names .*damaged\.pem, which cannot be used/)
      .and.match(/GIT_SSL_CAPATH names .*, which is no folder/);
  });
});
