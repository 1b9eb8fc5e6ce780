import { parseXml, type XmlElement } from '../xml.ts';
import { readClover } from './clover.ts';
import { readCobertura } from './cobertura.ts';
import { COVERAGE_FORMAT_CHOICE, type CoverageFormatName, type ReportDocument, recogniseFormat } from './formats.ts';
import { readGoProfile } from './go-profile.ts';
import { readIstanbulSummary } from './istanbul-summary.ts';
import { readJacoco } from './jacoco.ts';
import { readLcov } from './lcov.ts';
import { type Counter, countLines, type SourceCoverage } from './line-hits.ts';

/** Each throws an Error whose message is a clause for people when the report is damaged. */
const PARSERS: Readonly<Record<CoverageFormatName, (document: ReportDocument) => SourceCoverage[]>> = {
  LCOV: ({ text }) => readLcov(text),
  Cobertura: xmlParser(readCobertura),
  JaCoCo: xmlParser((root) => readJacoco(root)),
  Clover: xmlParser(readClover),
  'Istanbul summary': ({ text }) => readIstanbulSummary(text),
  'Go cover profile': ({ text }) => readGoProfile(text),
};

export interface CoverageReport {
  readonly format: CoverageFormatName;
  readonly sources: readonly SourceCoverage[];
}

/** Returns what a coverage report says; the format is recognised by its content. Throws an Error whose message is a
 *  clause for people when the text is empty, in no known format, damaged, or contains impossible figures. */
export function readCoverageReport(text: string): CoverageReport {
  const document = openDocument(text);
  const format = recogniseFormat(document);
  if (format === null) throw new Error(describeUnknown(document));
  const sources = PARSERS[format](document);
  for (const source of sources) {
    for (const counter of [countLines(source), source.functions, source.branches, source.statements]) {
      if (counter !== null && !isPossible(counter)) {
        throw new Error(`contains impossible figures (${counter.covered} covered of ${counter.total})`);
      }
    }
  }
  return { format, sources };
}

function openDocument(report: string): ReportDocument {
  const text = report.replace(/^\ufeff/, '').trimStart();
  if (text === '') throw new Error('is empty');
  return { text, root: text.startsWith('<') ? parseXml(text) : null };
}

function describeUnknown({ root }: ReportDocument): string {
  return root === null
    ? `is in no known format (${COVERAGE_FORMAT_CHOICE})`
    : `is XML in no known coverage format (its root element is "${root.name.slice(0, 50)}")`;
}

function xmlParser(read: (root: XmlElement) => SourceCoverage[]): (document: ReportDocument) => SourceCoverage[] {
  return ({ root }) => {
    if (root === null) throw new Error('is not XML');
    return read(root);
  };
}

function isPossible({ covered, total }: Counter): boolean {
  return Number.isSafeInteger(covered) && Number.isSafeInteger(total) && covered >= 0 && covered <= total;
}
