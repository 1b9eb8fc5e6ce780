import { formatChoice } from '../../text-lists.ts';
import type { XmlElement } from '../xml.ts';

/** A report, read as far as is needed to recognise its format. */
export interface ReportDocument {
  /** Without byte order mark and leading white space. */
  readonly text: string;
  /** Root element of an XML document, null for any other text. */
  readonly root: XmlElement | null;
}

interface CoverageFormat {
  readonly name: string;
  readonly matches: (document: ReportDocument) => boolean;
  /** Where tools write it when nobody says otherwise, relative to the folder that the commands run in. */
  readonly usualPaths: readonly string[];
}

/** Every format of coverage reports. A new one also needs its parser in read-report.ts, which does not compile before. */
const COVERAGE_FORMATS = [
  { name: 'LCOV', matches: ({ text }) => isLcov(text), usualPaths: ['coverage/lcov.info', 'lcov.info'] },
  {
    name: 'Cobertura',
    matches: ({ root }) => root?.name === 'coverage' && !hasProject(root),
    usualPaths: ['coverage/cobertura-coverage.xml', 'coverage.xml'],
  },
  {
    name: 'JaCoCo',
    matches: ({ root }) => root?.name === 'report',
    usualPaths: ['target/site/jacoco/jacoco.xml', 'build/reports/jacoco/test/jacocoTestReport.xml'],
  },
  {
    name: 'Clover',
    matches: ({ root }) => root?.name === 'coverage' && hasProject(root),
    usualPaths: ['coverage/clover.xml'],
  },
  {
    name: 'Istanbul summary',
    matches: ({ text }) => text.startsWith('{'),
    usualPaths: ['coverage/coverage-summary.json'],
  },
  {
    name: 'Go cover profile',
    matches: ({ text }) => /^mode: (?:set|count|atomic)\s/.test(text),
    usualPaths: ['cover.out', 'coverage.out'],
  },
] as const satisfies readonly CoverageFormat[];

export type CoverageFormatName = (typeof COVERAGE_FORMATS)[number]['name'];

/** `LCOV, Cobertura, … or Go cover profile`, for messages and documents. */
export const COVERAGE_FORMAT_CHOICE = formatChoice(COVERAGE_FORMATS.map(({ name }) => name));

/** Paths of coverage reports when nobody says otherwise, relative to the folder that the commands run in. */
export const USUAL_COVERAGE_REPORTS: readonly string[] = COVERAGE_FORMATS.flatMap(({ usualPaths }) => usualPaths);

/** Returns the format that a document is in, null when it is in none of the known ones. */
export function recogniseFormat(document: ReportDocument): CoverageFormatName | null {
  return COVERAGE_FORMATS.find(({ matches }) => matches(document))?.name ?? null;
}

/** Returns whether a text is an LCOV tracefile. */
export function isLcov(text: string): boolean {
  return /^\s*(?:TN|SF|VER|#)/.test(text) && /^SF:/m.test(text);
}

function hasProject(root: XmlElement): boolean {
  return root.children('project').length > 0;
}
