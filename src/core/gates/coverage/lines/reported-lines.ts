import { errorMessage } from '../../../errors.ts';
import type { ReportFile } from '../../../ports/workspace-files.ts';
import type { CoverageFormatName } from '../formats.ts';
import { Blocks, countLines, type LineHits, type SourceCoverage } from '../line-hits.ts';
import { openCoverageReport } from '../read-report.ts';
import { MOST_SOURCES } from '../source-totals.ts';
import { isEmptyTracefile } from '../totals.ts';
import { lineHitsOfBlocks } from './block-lines.ts';
import { type Language, languageOf } from './language.ts';
import { type CommitTree, createLocator, type Located } from './locate.ts';
import { isProductPlace } from './product-files.ts';

/** What all reports together say of the lines of one file. */
export interface ReportedFile {
  /** By number, whether the line was executed. */
  readonly lines: ReadonlyMap<number, boolean>;
  /** Lines on which a function begins that was never called. */
  readonly uncalled: ReadonlySet<number>;
  /** Lines with a branch that was never taken, or a statement that was never executed. */
  readonly untaken: ReadonlySet<number>;
}

/** What reports say of lines; of files that are wanted, as far as it is not about languages. */
export interface ReportedLines {
  readonly files: ReadonlyMap<string, ReportedFile>;
  /** Files whose lines cannot be known from the reports, each with the reason, a clause. */
  readonly unsure: ReadonlyMap<string, string>;
  /** Languages of the product's files of which the reports name lines, and of those of which they only count them. */
  readonly languages: ReadonlySet<Language>;
  /** Source files that the repository does not have, as reports name them: what a compiler made of others may be among them. */
  readonly nowhere: ReadonlySet<string>;
  /** Why a report could not be read, one clause each. */
  readonly problems: readonly string[];
}

/** Reads what reports say of the wanted files: bare lines by path. Needs memory for the lines of these alone. */
export function readReportedLines(
  reports: readonly ReportFile[],
  { tree, wanted }: { tree: CommitTree; wanted: ReadonlyMap<string, readonly string[]> },
): ReportedLines {
  const locate = createLocator(tree);
  const reading = new Reading(wanted);
  const problems: string[] = [];
  for (const report of reports) {
    if (isEmptyTracefile(report)) continue;
    try {
      const { format, read } = openCoverageReport(report.bytes);
      read((source) => {
        const { path, folders } = source;
        reading.add({ format, source, located: locate(format, { report: report.path, source: path, folders }) });
      });
    } catch (error) {
      problems.push(`${report.path} ${errorMessage(error)}`);
    }
  }
  return { ...reading.result(), problems };
}

interface FileSoFar {
  readonly lines: Map<number, boolean>;
  /** By format: each of its records, since what one lacks another may have. */
  readonly gaps: Map<CoverageFormatName, Array<ReadonlySet<number>>>;
}

class Reading {
  readonly #wanted: ReadonlyMap<string, readonly string[]>;
  readonly #files = new Map<string, FileSoFar>();
  readonly #unsure = new Map<string, string>();
  readonly #counted = new Set<string>();
  readonly #languages = new Set<Language>();
  readonly #nowhere = new Set<string>();

  constructor(wanted: ReadonlyMap<string, readonly string[]>) {
    this.#wanted = wanted;
  }

  add({ format, source, located }: { format: CoverageFormatName; source: SourceCoverage; located: Located }): void {
    if (located.kind === 'foreign') return;
    if (located.kind === 'nowhere') {
      if (this.#nowhere.size < MOST_SOURCES) this.#nowhere.add(located.name);
      return;
    }
    const paths = located.kind === 'file' ? [located.path] : located.paths;
    const isCounted = countLines(source.lines).total > 0;
    for (const path of paths) {
      const language = languageOf(path);
      if (language !== null && isCounted && isProductPlace(path)) this.#languages.add(language);
      if (!this.#wanted.has(path)) continue;
      if (located.kind === 'one-of') this.#unsure.set(path, `a report may mean it or ${otherOf(paths, path)}`);
      else this.#addLines(path, { format, source });
    }
  }

  #addLines(path: string, { format, source }: { format: CoverageFormatName; source: SourceCoverage }): void {
    const bare = this.#wanted.get(path) ?? [];
    const places = source.places ?? source.lines;
    const found = places instanceof Blocks ? lineHitsOfBlocks(places, bare) : places;
    const hits = found instanceof Uint32Array ? found : new Uint32Array();
    if (hits.length === 0 && countLines(source.lines).total > 0) {
      this.#counted.add(path);
      return;
    }
    const last = (hits.at(-1) ?? 0) >>> 1;
    if (last > bare.length + 1) {
      this.#unsure.set(path, `a report names its line ${last}, and it has ${bare.length}`);
      return;
    }
    const file = this.#files.get(path) ?? { lines: new Map(), gaps: new Map() };
    this.#files.set(path, file);
    addHits(file.lines, hits);
    const gaps = file.gaps.get(format) ?? [];
    file.gaps.set(format, [...gaps, new Set(source.gaps ?? [])]);
  }

  result(): Omit<ReportedLines, 'problems'> {
    for (const path of this.#counted)
      if (!this.#unsure.has(path))
        this.#unsure.set(path, 'the reports only say how many of its lines were executed, not which');
    // One report that says which lines were executed is enough.
    for (const path of this.#files.keys()) this.#unsure.delete(path);
    const files = new Map([...this.#files].map(([path, file]) => [path, closeFile(file)]));
    return { files, unsure: this.#unsure, languages: this.#languages, nowhere: this.#nowhere };
  }
}

function addHits(lines: Map<number, boolean>, hits: LineHits): void {
  for (const entry of hits) {
    const line = entry >>> 1;
    lines.set(line, (entry & 1) === 1 || lines.get(line) === true);
  }
}

/** What no record of a format executed is a gap; another format may not know of it. */
function closeFile({ lines, gaps }: FileSoFar): ReportedFile {
  const all = [...gaps.values()].flatMap(([first, ...others]) =>
    [...(first ?? [])].filter((gap) => others.every((other) => other.has(gap))),
  );
  const linesOf = (bit: 0 | 1) => new Set(all.flatMap((gap) => ((gap & 1) === bit ? [gap >>> 1] : [])));
  return { lines, uncalled: linesOf(1), untaken: linesOf(0) };
}

function otherOf(paths: readonly string[], path: string): string {
  return paths.find((one) => one !== path) ?? path;
}
