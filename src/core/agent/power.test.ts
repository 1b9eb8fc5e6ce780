import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { isWorkerError } from '../errors.ts';
import type { Power } from '../ports/power.ts';
import { checkPower, powerVersion } from './power.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytes = new TextEncoder().encode('# How we write code\n');
const listed = (over: object = {}) =>
  JSON.stringify({ version: '1.2.0', files: [{ path: 'steering/code.md', sha256: sha256(bytes), ...over }] });

function problemsOf(over: Partial<Power>): string {
  try {
    checkPower(
      { source: 'p', version: '1.2.0', manifest: listed(), steering: new Map([['code.md', bytes]]), ...over },
      sha256,
    );
  } catch (error) {
    if (isWorkerError(error, 'STEERING_INVALID')) return error.problems.join('\n');
    throw error;
  }
  return '';
}

describe('checkPower', () => {
  it("takes files that are the manifest's, and files without a manifest", () => {
    expect(problemsOf({})).to.equal('');
    expect(problemsOf({ manifest: null })).to.equal('');
    expect(powerVersion(listed())).to.equal('1.2.0');
    expect(powerVersion(null)).to.equal('0.0.0');
  });

  const refused: [string, Partial<Power>, string][] = [
    ['a changed file', { steering: new Map([['code.md', new Uint8Array([1])]]) }, 'code.md: its SHA-256'],
    ['a missing required file', { steering: new Map([['other.md', bytes]]) }, 'code.md: is required'],
    [
      'a file that is not listed',
      {
        steering: new Map([
          ['code.md', bytes],
          ['extra.md', bytes],
        ]),
      },
      'extra.md: is not listed',
    ],
    ['a name with a path', { manifest: null, steering: new Map([['../../x.md', bytes]]) }, '../../x.md'],
    ['a hidden name', { manifest: null, steering: new Map([['.hidden.md', bytes]]) }, '.hidden.md'],
    ['no file at all', { manifest: null, steering: new Map() }, 'contains no steering file'],
    ['a broken manifest', { manifest: '{' }, 'is not JSON'],
    [
      'a manifest of another shape',
      { manifest: '{"version":"1","files":[{"path":1,"sha256":"x"}]}' },
      'files.0.sha256',
    ],
  ];
  for (const [name, over, part] of refused) {
    it(`refuses ${name}`, () => expect(problemsOf(over)).to.include(part));
  }
});
