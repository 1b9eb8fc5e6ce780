import type { GateResults } from '../gates/results.ts';
import { CHANGE_GATES } from '../gates/results.ts';
import { countNames } from '../gates/tests.ts';
import { shorten } from '../markdown.ts';
import type { OutcomeKind } from '../outcome.ts';
import type { CommandFailure } from '../repository/command-failure.ts';

/** What a head that does not pass came to. */
export interface FailedGates {
  readonly kind: OutcomeKind;
  readonly detail: string;
  readonly gates: GateResults;
  /** The command that failed, null where none did. */
  readonly failure: CommandFailure | null;
  /** Failed tests that the base line had, as far as the rules allow them: they are nothing to repair. */
  readonly tolerated: ReadonlyMap<string, number>;
}

const MOST_TESTS = 20;
const MESSAGE_LENGTH = 1200;
const MOST_FINDINGS = 40;
const LONGEST = 16_000;

/** Returns what an agent has to know to repair it, as lines of plain text: bounded, not redacted, and written by programs of the branch in
 *  parts. */
export function evidenceOf(failed: FailedGates): string {
  const { detail, failure } = failed;
  const tests = failedTestsOf(failed);
  const shown = tests.slice(0, MOST_TESTS).map(({ name, message }) => {
    const said = shorten(message.trim(), MESSAGE_LENGTH);
    return `Failing test: ${name}${said === '' ? '' : `\n${indented(said)}`}`;
  });
  const output = failure === null || failure.why === '' ? [] : [`Last lines of its output:\n${indented(failure.why)}`];
  const parts = [
    detail,
    ...(failure === null ? [] : [`Command (${failure.name}): ${failure.command}; it ended with ${failure.ended}.`]),
    ...shown,
    ...more(tests.length - MOST_TESTS, 'failing tests'),
    ...findingsOf(failed),
    ...output,
  ];
  return shorten(parts.join('\n\n'), LONGEST);
}

/** Returns what failed, one text for each thing, in an order of its own: the same failures make the same texts, whatever tests beside them
 *  came or went. */
export function failuresOf(failed: FailedGates): string[] {
  const { kind, detail, gates, failure } = failed;
  const names = failedTestsOf(failed).map(({ name }) => `test ${name}`);
  const isUnnamed = kind === 'tests-failed' && names.length === 0;
  const { coverage } = gates;
  const figures = coverage === null || coverage.verdict === 'passed' ? [] : [`coverage ${coverage.linesPct}`];
  const findings = blockingFindings(failed).map(({ rule, path, message }) => `${rule} ${path ?? ''} ${message}`);
  const unnamed = isUnnamed ? [`${failure?.ended ?? ''} ${failure?.sign ?? ''} ${detail}`] : [];
  return [kind, ...[...names, ...figures, ...findings, ...unnamed].sort()];
}

function failedTestsOf({ gates: { tests }, tolerated }: FailedGates) {
  const failing = tests?.failedTests ?? [];
  const counts = countNames(failing);
  return failing.filter(({ name }) => (counts.get(name) ?? 0) > (tolerated.get(name) ?? 0));
}

function blockingFindings({ gates }: FailedGates) {
  const all = CHANGE_GATES.flatMap((name) => gates[name]?.findings ?? []);
  return all.filter(({ severity }) => severity === 'error');
}

function findingsOf(failed: FailedGates): string[] {
  const findings = blockingFindings(failed);
  const shown = findings.slice(0, MOST_FINDINGS).map(({ rule, path, line, message, remedy }) => {
    const place = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}: `;
    return `${rule}: ${place}${message} ${remedy}`;
  });
  return [...shown, ...more(findings.length - MOST_FINDINGS, 'findings')];
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`And ${count} more ${what}.`] : [];
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
