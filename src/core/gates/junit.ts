import { cleanText, shorten } from '../markdown.ts';
import { parseXml, type XmlElement } from './xml.ts';

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
const NAME_LIMIT = 300;
const KEPT_FAILURES = 200;

/** Returns what a JUnit report says, in the dialects of node:test, jest-junit, pytest, surefire, gradle and go-junit-report;
 *  null when the document is some other XML. Throws an Error whose message is a clause for people when it is unreadable. */
export function readJUnit(text: string): JUnitReport | null {
  if (text.trim() === '') throw new Error('is empty');
  const root = parseXml(text);
  if (root.name !== 'testsuites' && root.name !== 'testsuite') return null;
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, failedTests: [] };
  readSuite(root, tally);
  const { passed, failed, skipped, failedTests } = tally;
  return { counts: { total: passed + failed + skipped, passed, failed, skipped }, failedTests };
}

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  readonly failedTests: FailedTest[];
}

/** Adds a suite's test cases; returns how many there are. A suite without any (one that could not be loaded, or a summary)
 *  counts by its own figures. */
function readSuite(suite: XmlElement, tally: Tally): number {
  let cases = 0;
  for (const child of suite.children()) {
    if (child.name === 'testsuite') cases += readSuite(child, tally);
    if (child.name === 'testcase') {
      cases += 1;
      readCase(child, tally);
    }
  }
  return cases > 0 ? cases : readSummary(suite, tally);
}

function readCase(testCase: XmlElement, tally: Tally): void {
  const [failure] = [...testCase.children('failure'), ...testCase.children('error')];
  const state = (testCase.attribute('status') ?? '').toLowerCase();
  // node:test marks a failed "todo" as both; it does not fail the run.
  if (testCase.children('skipped').length > 0 || (!failure && /^(?:skipped|notrun|disabled|pending)$/.test(state))) {
    tally.skipped += 1;
  } else if (failure) {
    tally.failed += 1;
    keepFailure(tally, { name: nameOf(testCase), message: messageOf(failure) });
  } else {
    tally.passed += 1;
  }
}

function readSummary(suite: XmlElement, tally: Tally): number {
  const figure = (name: string) => readCount(suite.attribute(name));
  const failed = figure('failures') + figure('errors');
  const skipped = figure('skipped') + figure('disabled');
  const total = Math.max(figure('tests'), failed);
  tally.failed += failed;
  tally.skipped += Math.min(skipped, total - failed);
  tally.passed += Math.max(0, total - failed - skipped);
  if (failed > 0) keepFailure(tally, { name: suite.attribute('name') ?? '', message: errorOf(suite) });
  return total;
}

function readCount(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

function errorOf(suite: XmlElement): string {
  const [detail] = [...suite.children('error'), ...suite.children('failure'), ...suite.children('system-err')];
  return detail === undefined ? 'The suite failed; its report names no single test.' : messageOf(detail);
}

function keepFailure(tally: Tally, { name, message }: FailedTest): void {
  if (tally.failedTests.length >= KEPT_FAILURES) return;
  const oneLine = cleanText(name.slice(0, 10 * NAME_LIMIT))
    .replace(/\s+/g, ' ')
    .trim();
  tally.failedTests.push({ name: shorten(oneLine, NAME_LIMIT) || '(no name)', message });
}

function nameOf(testCase: XmlElement): string {
  const name = testCase.attribute('name') ?? '';
  const group = testCase.attribute('classname') ?? '';
  return group === '' || group === 'test' || name.startsWith(group) ? name : `${group} › ${name}`;
}

function messageOf(failure: XmlElement): string {
  const summary = (failure.attribute('message') ?? '').slice(0, 10 * MESSAGE_LIMIT);
  const body = failure.text().slice(0, 10 * MESSAGE_LIMIT);
  const whole = body.includes(summary) ? body : `${summary}\n${body}`;
  return shorten(cleanText(whole).trim(), MESSAGE_LIMIT);
}
