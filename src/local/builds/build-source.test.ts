import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { unpackSource } from './build-source.ts';

const BUILDSPEC = strToU8('version: 0.2\nphases: { build: { commands: [make] } }\n');

describe('unpackSource', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'source-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('writes the files and returns the buildspec', () => {
    const zip = zipSync({ 'buildspec.yml': BUILDSPEC, worker: { 'main.mjs': strToU8('code') } });
    const buildspec = unpackSource(zip, join(root, 'src'));
    expect(buildspec.phases.build?.commands).to.deep.equal(['make']);
    expect(readFileSync(join(root, 'src/worker/main.mjs'), 'utf8')).to.equal('code');
  });

  for (const path of ['../evil', 'a/../../evil', '/evil', 'a\\..\\evil', 'C:/evil', './a', 'a//b']) {
    it(`writes nothing of a zip with the path ${path}`, () => {
      const zip = zipSync({ 'buildspec.yml': BUILDSPEC, [path]: strToU8('evil') });
      expect(() => unpackSource(zip, join(root, 'src'))).to.throw('RELEASE_INVALID');
      expect(readdirSync(root)).to.deep.equal([]);
    });
  }

  it('refuses what is not a zip, and a zip without a buildspec', () => {
    expect(() => unpackSource(strToU8('no zip'), root)).to.throw('cannot be unpacked');
    expect(() => unpackSource(zipSync({ a: BUILDSPEC }), root)).to.throw('no buildspec.yml');
  });
});
