import path from 'node:path';
import type { SourceFileMeasures } from './source-file.ts';

/** Limits of this repository's code: more fails the check. */
export const LIMITS = {
  filesOfFolder: 20,
  linesOfFile: 300,
  linesOfTest: 300,
  medianLines: 80,
  ninetiethPercentileLines: 170,
  longParameterLists: 0,
  castsPerThousandLines: 3,
} as const satisfies Record<string, number>;

/** Folders that may have more files than the limit, each with its reason. */
const CROWDED_FOLDERS: Readonly<Record<string, string>> = {};

export interface Verdict {
  /** One line per figure. */
  readonly figures: readonly string[];
  readonly problems: readonly string[];
}

type Limits = Readonly<Record<keyof typeof LIMITS, number>>;

/** Compares all files with the limits. A folder of `roots` without a file is a problem: nothing was proven about it. */
export function judgeMeasures(
  files: readonly SourceFileMeasures[],
  { roots, limits = LIMITS }: { roots: readonly string[]; limits?: Limits },
): Verdict {
  const own = files.filter(({ isOwn }) => isOwn);
  const lines = own.map((file) => file.lines).sort((a, b) => a - b);
  const lists = own.flatMap(({ longParameterLists }) => longParameterLists);
  const casts = own.flatMap((file) => file.casts);
  const ownLines = lines.reduce((sum, each) => sum + each, 0);
  const rate = ownLines === 0 ? 0 : (casts.length / ownLines) * 1000;
  const checks = [
    checkEach('files in a folder', { values: folderSizes(files), limit: limits.filesOfFolder }),
    checkEach('lines of a file', { values: fileLengths(files, { isTest: false }), limit: limits.linesOfFile }),
    checkEach('lines of a test', { values: fileLengths(files, { isTest: true }), limit: limits.linesOfTest }),
    check('median of lines', { value: percentile(lines, 50), limit: limits.medianLines }),
    check('90th percentile of lines', { value: percentile(lines, 90), limit: limits.ninetiethPercentileLines }),
    check('functions with over two parameters', {
      value: lists.length,
      limit: limits.longParameterLists,
      places: lists,
    }),
    check('casts per 1,000 lines', { value: rate, limit: limits.castsPerThousandLines, places: casts }),
  ];
  return {
    figures: [`${own.length} files of our own, ${ownLines} lines`, ...checks.map(({ figure }) => figure)],
    problems: [...unseen(files, roots), ...checks.flatMap(({ problems }) => problems)],
  };
}

function unseen(files: readonly SourceFileMeasures[], roots: readonly string[]): string[] {
  return roots
    .filter((root) => !files.some((file) => file.path.startsWith(`${root}/`)))
    .map((root) => `no source file was seen in ${root}, so nothing is proven`);
}

/** Tests that lie beside their file do not make a folder harder to find one's way in. */
function folderSizes(files: readonly SourceFileMeasures[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { path: file } of files.filter(({ isTest }) => !isTest)) {
    const folder = path.posix.dirname(file);
    if (!Object.hasOwn(CROWDED_FOLDERS, folder)) sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  }
  return sizes;
}

function fileLengths(files: readonly SourceFileMeasures[], { isTest }: { isTest: boolean }): Map<string, number> {
  return new Map(files.filter((file) => file.isTest === isTest).map(({ path: file, lines }) => [file, lines]));
}

interface Checked {
  readonly figure: string;
  readonly problems: readonly string[];
}

function checkEach(what: string, { values, limit }: { values: ReadonlyMap<string, number>; limit: number }): Checked {
  const highest = Math.max(0, ...values.values());
  const over = [...values].filter(([, value]) => value > limit);
  return {
    figure: `${what}: ${highest} at most (limit ${limit})`,
    problems: over.map(([name, value]) => `${what}: ${name} has ${value}, the limit is ${limit}`),
  };
}

interface Measured {
  readonly value: number;
  readonly limit: number;
  /** Where it was counted. */
  readonly places?: readonly string[];
}

function check(what: string, { value, limit, places = [] }: Measured): Checked {
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(2);
  const lines = [`${what}: ${shown}, the limit is ${limit}`, ...places.map((place) => `  ${place}`)];
  return {
    figure: `${what}: ${shown} (limit ${limit})`,
    problems: value > limit ? [lines.join('\n')] : [],
  };
}

/** The nearest-rank percentile of sorted values, 0 when there are none. */
function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
