import { countLines, type SourceCoverage } from './line-hits.ts';

/** A report with all that it says. */
export interface ReadReport {
  readonly path: string;
  readonly sources: readonly SourceCoverage[];
}

/** Returns the reports without those that are part of another one: builds of several modules write one report for each, and
 *  often one for all, which counts lines that tests of another module executed. */
export function withoutParts(reports: readonly ReadReport[]): ReadReport[] {
  const largestFirst = reports.toSorted((one, other) => other.sources.length - one.sources.length);
  const whole: Array<{ report: ReadReport; names: ReadonlySet<string> }> = [];
  for (const report of largestFirst) {
    const names = new Set(report.sources.map(nameOf));
    const isPart = whole.some(
      (larger) =>
        larger.report.sources.length > report.sources.length && [...names].every((name) => larger.names.has(name)),
    );
    if (!isPart) whole.push({ report, names });
  }
  return whole.map(({ report }) => report);
}

/** Package, file and number of lines: JaCoCo names no folder, and a report for all may put groups in front. */
function nameOf({ path, lines }: SourceCoverage): string {
  return `${path.slice(path.lastIndexOf(':') + 1)} ${countLines(lines).total}`;
}
