import { formatChoice } from '../../text-lists.ts';
import { startOf } from '../report-text.ts';
import { readXml } from '../xml.ts';

/** The start of a report, as far as is needed to recognise its format. */
export interface ReportStart {
  /** The first 64 KiB of the text. */
  readonly text: string;
  /** Name of the root element of an XML document and of the first element in it; null for any other text. */
  readonly xml: { readonly root: string; readonly first: string | null } | null;
}

interface CoverageFormat {
  readonly name: string;
  readonly matches: (start: ReportStart) => boolean;
  /** Where tools write it when nobody says otherwise, relative to the folder that the commands run in. */
  readonly usualPaths: readonly string[];
}

/** Every format of coverage reports. A new one also needs its parser in read-report.ts, which does not compile before. */
const COVERAGE_FORMATS = [
  { name: 'LCOV', matches: ({ text }) => isLcov(text), usualPaths: ['coverage/lcov.info', 'lcov.info'] },
  {
    name: 'Cobertura',
    matches: ({ xml }) => xml?.root === 'coverage' && xml.first !== 'project',
    usualPaths: ['coverage/cobertura-coverage.xml', 'coverage.xml'],
  },
  {
    name: 'JaCoCo',
    matches: ({ xml }) => xml?.root === 'report',
    usualPaths: ['target/site/jacoco/jacoco.xml', 'build/reports/jacoco/test/jacocoTestReport.xml'],
  },
  {
    name: 'Clover',
    matches: ({ xml }) => xml?.root === 'coverage' && xml.first === 'project',
    usualPaths: ['coverage/clover.xml'],
  },
  {
    name: 'Istanbul coverage',
    matches: ({ text }) => text.startsWith('{') && /"statementMap"\s*:/.test(text),
    usualPaths: ['coverage/coverage-final.json'],
  },
  {
    name: 'Istanbul summary',
    matches: ({ text }) => text.startsWith('{'),
    usualPaths: ['coverage/coverage-summary.json'],
  },
  {
    name: 'Go cover profile',
    matches: ({ text }) => /^mode: (?:set|count|atomic)(?:\s|$)/.test(text),
    usualPaths: ['cover.out', 'coverage.out'],
  },
] as const satisfies readonly CoverageFormat[];

export type CoverageFormatName = (typeof COVERAGE_FORMATS)[number]['name'];

/** `LCOV, Cobertura, … or Go cover profile`, for messages and documents. */
export const COVERAGE_FORMAT_CHOICE = formatChoice(COVERAGE_FORMATS.map(({ name }) => name));

/** Paths of coverage reports when nobody says otherwise, relative to the folder that the commands run in. */
export const USUAL_COVERAGE_REPORTS: readonly string[] = COVERAGE_FORMATS.flatMap(({ usualPaths }) => usualPaths);

/** The same in each module or workspace of a repository, in whatever folder its tools are told to write. */
export const MODULE_COVERAGE_REPORTS: readonly string[] = [
  '**/target/site/jacoco*/jacoco.xml',
  '**/build/reports/jacoco/**/*.xml',
  '**/lcov.info',
  '**/clover.xml',
  '**/cobertura-coverage.xml',
];

/** Returns the format that a report is in, null when it is in none of the known ones. */
export function recogniseFormat(start: ReportStart): CoverageFormatName | null {
  return COVERAGE_FORMATS.find(({ matches }) => matches(start))?.name ?? null;
}

/** Returns the start of a report. Throws an Error whose message is a clause for people when it is damaged XML. */
export function readStart(bytes: Uint8Array): ReportStart {
  const text = startOf(bytes);
  return { text, xml: text.startsWith('<') ? readXmlStart(bytes) : null };
}

/** Tells whether a text begins as an LCOV tracefile does. */
function isLcov(text: string): boolean {
  return /^\s*(?:TN|SF|VER|#)/.test(text) && /^SF:/m.test(text);
}

/** Reads no further than to the first element within the root. */
function readXmlStart(bytes: Uint8Array): NonNullable<ReportStart['xml']> {
  let root = '';
  let first: string | null = null;
  readXml(bytes, {
    open({ name }, around) {
      if (around.length === 0) root = name;
      else first = name;
      return around.length > 0;
    },
  });
  return { root, first };
}
