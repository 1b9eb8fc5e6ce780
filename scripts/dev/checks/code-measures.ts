import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { judgeMeasures } from './measures/limits.ts';
import { measureSourceFile } from './measures/source-file.ts';

const ROOTS = ['src', 'scripts', 'test'];

/** Counts the code below the current folder and prints the figures; exit code 1 when one is over its limit or a folder
 *  contains no code. */
async function main(): Promise<number> {
  const files = [];
  for await (const file of glob(ROOTS.map((root) => `${root}/**/*.ts`))) {
    files.push(measureSourceFile({ path: file.split(path.sep).join('/'), text: await readFile(file, 'utf8') }));
  }
  const { figures, problems } = judgeMeasures(files, { roots: ROOTS });
  for (const line of [...figures, ...problems]) process.stdout.write(`code measures: ${line}\n`);
  return problems.length > 0 ? 1 : 0;
}

process.exitCode = await main();
