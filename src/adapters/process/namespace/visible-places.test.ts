import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { programPlaces, toolPlaces } from './visible-places.ts';

describe('what a namespace shows of a home', () => {
  let top: string;
  let home: string;
  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'places-')));
    home = join(top, 'home');
    for (const name of ['.nvm', '.ssh', '.cargo/bin', '.config', '.local/bin', '.local/share/keyrings', 'bin', 'app'])
      mkdirSync(join(home, name), { recursive: true });
    writeFileSync(join(home, 'kiro-cli'), '');
    writeFileSync(join(home, 'app', 'kiro-cli'), '');
    symlinkSync(join(home, 'app', 'kiro-cli'), join(home, '.local', 'bin', 'kiro-cli'));
  });
  afterEach(() => rmSync(top, { recursive: true }));
  const below = (places: readonly string[]) =>
    places.filter((place) => place === top || place.startsWith(`${top}/`)).map((place) => place.slice(home.length + 1));

  it('is the folders of tools and of the PATH, and nothing that holds credentials', () => {
    const PATH = [join(home, 'bin'), home, top, '/', join(home, 'missing')].join(':');
    expect(below(toolPlaces({ PATH }, [home])).sort()).to.deep.equal(['.cargo/bin', '.local/bin', '.nvm', 'bin']);
  });

  it('is the folder of the agent’s program, also behind a link, and never the home itself', () => {
    expect(below(programPlaces(join(home, '.local', 'bin', 'kiro-cli'), [home]))).to.deep.equal(['.local/bin', 'app']);
    expect(below(programPlaces(join(home, 'kiro-cli'), [home]))).to.deep.equal(['kiro-cli']);
    expect(programPlaces('kiro-cli', [home])).to.deep.equal([]);
  });
});
