import { globSync, readFileSync } from 'node:fs';
import mocharc from '../../../.mocharc.json' with { type: 'json' };
import { mochaPart } from './mocha-part.ts';
import type { Part } from './part.ts';

/** What a test file imports that leaves some of its tests to the rehearsal, or the processes that they are about. */
const MARK = /(?:\/left-to-rehearsal\.ts'|\brunCommand\b)/;

/** Makes the part that runs whole what `npm test` runs in part: every test file with the MARK, but those that another part runs
 *  whole. Red when there is none. */
export function variationsPart({ without }: { without: readonly string[] }): Part {
  const files = globSync(mocharc.spec).map((file) => file.replaceAll('\\', '/'));
  const marked = files.filter((file) => MARK.test(readFileSync(file, 'utf8')) && !without.includes(file)).sort();
  const isOfGit = (file: string) => /^src\/(?:adapters\/git|worker)\//.test(file);
  return mochaPart({
    name: 'variations',
    shows: 'every variation of what the tests show by an example: refusals, odd trees, sandboxes, reports, people',
    // Two processes, since machines have two cores.
    globs: [marked.filter((file) => isOfGit(file)), marked.filter((file) => !isOfGit(file))].map(orNone),
    tools: ['git'],
  });
}

/** Without any file mocha would run all tests. */
function orNone(files: readonly string[]): readonly string[] {
  return files.length > 0 ? files : ['no test is left to the rehearsal'];
}
