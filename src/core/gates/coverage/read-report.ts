import { trimReport } from '../report-text.ts';
import { readXml, type XmlReader } from '../xml.ts';
import { cloverReader } from './clover.ts';
import { coberturaReader } from './cobertura.ts';
import {
  COVERAGE_FORMAT_CHOICE,
  type CoverageFormatName,
  type ReportStart,
  readStart,
  recogniseFormat,
} from './formats.ts';
import { readGoProfile } from './go-profile.ts';
import { readIstanbulCoverage } from './istanbul-coverage.ts';
import { readIstanbulSummary } from './istanbul-summary.ts';
import { jacocoReader } from './jacoco.ts';
import { readLcov } from './lcov.ts';
import type { OnSource } from './line-hits.ts';

/** Hands over what a report says of each source file. Throws an Error whose message is a clause for people when the report
 *  is damaged or exceeds a bound. */
type ReadReport = (bytes: Uint8Array, onSource: OnSource) => void;

const READERS: Readonly<Record<CoverageFormatName, ReadReport>> = {
  LCOV: readLcov,
  Cobertura: xmlReport(coberturaReader),
  JaCoCo: xmlReport(jacocoReader),
  Clover: xmlReport(cloverReader),
  'Istanbul coverage': readIstanbulCoverage,
  'Istanbul summary': readIstanbulSummary,
  'Go cover profile': readGoProfile,
};

export interface CoverageReport {
  readonly format: CoverageFormatName;
  /** Goes through the report once, in memory for one source file or for all lines that it names. Throws as
   *  `openCoverageReport` does. */
  read(onSource: OnSource): void;
}

/** Returns a coverage report in its format, which is recognised by its content. Throws an Error whose message is a clause
 *  for people when it is empty, in no known format, or damaged. */
export function openCoverageReport(report: Uint8Array): CoverageReport {
  const bytes = trimReport(report);
  const start = readStart(bytes);
  const format = recogniseFormat(start);
  if (format !== null) return { format, read: (onSource) => READERS[format](bytes, onSource) };
  if (start.xml !== null) readXml(bytes, {});
  throw new Error(describeUnknown(start));
}

function xmlReport(createReader: (onSource: OnSource) => XmlReader): ReadReport {
  return (bytes, onSource) => readXml(bytes, createReader(onSource));
}

function describeUnknown({ xml }: ReportStart): string {
  return xml === null
    ? `is in no known format (${COVERAGE_FORMAT_CHOICE})`
    : `is XML in no known coverage format (its root element is "${xml.root.slice(0, 50)}")`;
}
