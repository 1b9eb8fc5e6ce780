import { cleanText, shorten } from '../markdown.ts';
import { trimReport } from './report-text.ts';
import { readXml, type XmlElement, type XmlReader } from './xml.ts';

export interface TestCounts {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface FailedTest {
  readonly name: string;
  readonly message: string;
}

interface JUnitReport {
  readonly counts: TestCounts;
  readonly failedTests: readonly FailedTest[];
}

const MESSAGE_LIMIT = 4000;
const TEXT_LIMIT = 10 * MESSAGE_LIMIT;
const NAME_LIMIT = 300;
const KEPT_FAILURES = 200;
/** Stands for a test that its report does not name. */
export const NO_NAME = '(no name)';

/** One test case as a report names it. */
export interface ReportedCase {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What a failure says; empty otherwise. */
  readonly message: string;
}

/** Returns what a JUnit report says, in the dialects of node:test, jest-junit, pytest, surefire, gradle and go-junit-report;
 *  null when the document is some other XML. Goes through it piece by piece, and keeps 200 failures. Throws an Error whose
 *  message is a clause for people when it is unreadable or exceeds a bound. `onCase` gets each test case as it comes. */
export function readJUnit(
  report: Uint8Array,
  onCase: (testCase: ReportedCase) => void = () => undefined,
): JUnitReport | null {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, failedTests: [], onCase };
  let isJUnit = false;
  const reader = suiteReader(tally);
  readXml(trimReport(report), {
    open(element, around) {
      if (around.length === 0) isJUnit = element.name === 'testsuites' || element.name === 'testsuite';
      if (isJUnit) reader.open?.(element, around);
      return false;
    },
    text: reader.text,
    close: reader.close,
  });
  if (!isJUnit) return null;
  const { passed, failed, skipped, failedTests } = tally;
  return { counts: { total: passed + failed + skipped, passed, failed, skipped }, failedTests };
}

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  readonly failedTests: FailedTest[];
  readonly onCase: (testCase: ReportedCase) => void;
}

/** A suite that is open; a suite without test cases (one that could not be loaded, or a summary) counts by its own figures. */
interface OpenSuite {
  readonly element: XmlElement;
  /** Test cases in it, also in suites in it. */
  cases: number;
  readonly details: Details;
}

interface OpenCase {
  readonly element: XmlElement;
  isSkipped: boolean;
  readonly details: Details;
}

/** The first of each kind that a suite or test case contains directly. */
type Details = Map<string, OpenDetail>;

interface OpenDetail {
  readonly element: XmlElement;
  text: string;
}

const CASE_DETAILS = ['failure', 'error'];
const SUITE_DETAILS = ['error', 'failure', 'system-err'];

/** Adds what suites contain to the tally. Only what stands directly in a suite, test case or detail counts as its own. */
function suiteReader(tally: Tally): Required<XmlReader> {
  const suites: OpenSuite[] = [];
  let testCase: OpenCase | null = null;
  let detail: OpenDetail | null = null;
  let direct: XmlElement | undefined;
  return {
    open(element, around) {
      direct = element;
      const suite = suites.at(-1);
      const parent = around.at(-1);
      if (parent === undefined || (element.name === 'testsuite' && parent === suite?.element)) {
        suites.push({ element, cases: 0, details: new Map() });
      } else if (element.name === 'testcase' && parent === suite?.element) {
        testCase = { element, isSkipped: false, details: new Map() };
      } else if (parent === testCase?.element) {
        testCase.isSkipped ||= element.name === 'skipped';
        detail = openDetail(testCase.details, { element, names: CASE_DETAILS });
      } else if (parent === suite?.element) {
        detail = openDetail(suite.details, { element, names: SUITE_DETAILS });
      }
      return false;
    },
    text(piece) {
      if (detail === null || direct !== detail.element) return;
      detail.text += piece.slice(0, Math.max(0, TEXT_LIMIT - detail.text.length));
    },
    close(element, around) {
      direct = around.at(-1);
      if (element === detail?.element) detail = null;
      if (element === testCase?.element) {
        const suite = suites.at(-1);
        if (suite !== undefined) suite.cases += 1;
        closeCase(testCase, tally);
        testCase = null;
      } else if (element === suites.at(-1)?.element) {
        const cases = closeSuite(suites.pop(), tally);
        const outer = suites.at(-1);
        if (outer !== undefined) outer.cases += cases;
      }
    },
  };
}

function openDetail(
  details: Details,
  { element, names }: { element: XmlElement; names: readonly string[] },
): OpenDetail | null {
  if (!names.includes(element.name) || details.has(element.name)) return null;
  const detail = { element, text: '' };
  details.set(element.name, detail);
  return detail;
}

function closeCase({ element, isSkipped, details }: OpenCase, tally: Tally): void {
  const failure = firstOf(details, CASE_DETAILS);
  const state = (element.attribute('status') ?? '').toLowerCase();
  // node:test marks a failed "todo" as both; it does not fail the run.
  const name = nameOf(element);
  if (isSkipped || (!failure && /^(?:skipped|notrun|disabled|pending)$/.test(state))) {
    tally.skipped += 1;
    tally.onCase({ name, state: 'skipped', message: '' });
  } else if (failure) {
    const message = messageOf(failure);
    tally.failed += 1;
    keepFailure(tally, () => ({ name, message }));
    tally.onCase({ name, state: 'failed', message });
  } else {
    tally.passed += 1;
    tally.onCase({ name, state: 'passed', message: '' });
  }
}

/** Returns how many test cases the suite stands for. */
function closeSuite(suite: OpenSuite | undefined, tally: Tally): number {
  if (suite === undefined || suite.cases > 0) return suite?.cases ?? 0;
  return readSummary(suite, tally);
}

function readSummary({ element, details }: OpenSuite, tally: Tally): number {
  const figure = (name: string) => readCount(element.attribute(name));
  const failed = figure('failures') + figure('errors');
  const skipped = figure('skipped') + figure('disabled');
  const total = Math.max(figure('tests'), failed);
  tally.failed += failed;
  tally.skipped += Math.min(skipped, total - failed);
  tally.passed += Math.max(0, total - failed - skipped);
  if (failed > 0) keepFailure(tally, () => ({ name: element.attribute('name') ?? '', message: errorOf(details) }));
  return total;
}

function readCount(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

function errorOf(details: Details): string {
  const detail = firstOf(details, SUITE_DETAILS);
  return detail === undefined ? 'The suite failed; its report names no single test.' : messageOf(detail);
}

function firstOf(details: Details, names: readonly string[]): OpenDetail | undefined {
  const name = names.find((candidate) => details.has(candidate));
  return name === undefined ? undefined : details.get(name);
}

function keepFailure(tally: Tally, describe: () => FailedTest): void {
  if (tally.failedTests.length >= KEPT_FAILURES) return;
  const { name, message } = describe();
  const oneLine = cleanText(name.slice(0, 10 * NAME_LIMIT))
    .replace(/\s+/g, ' ')
    .trim();
  tally.failedTests.push({ name: shorten(oneLine, NAME_LIMIT) || NO_NAME, message });
}

function nameOf(testCase: XmlElement): string {
  const name = testCase.attribute('name') ?? '';
  const group = testCase.attribute('classname') ?? '';
  return group === '' || group === 'test' || name.startsWith(group) ? name : `${group} › ${name}`;
}

function messageOf({ element, text }: OpenDetail): string {
  const summary = (element.attribute('message') ?? '').slice(0, TEXT_LIMIT);
  const whole = text.includes(summary) ? text : `${summary}\n${text}`;
  return shorten(cleanText(whole).trim(), MESSAGE_LIMIT);
}
