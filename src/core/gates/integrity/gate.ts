import type { GateResult } from '../gate.ts';
import { type Policies, resultByPolicy } from '../policy.ts';
import { findExclusions } from './exclusions.ts';
import { type Observation, toFindings } from './findings.ts';
import type { IntegrityInput } from './input.ts';
import { findLeniency } from './leniency.ts';
import type { ChangedFile, SourceModel, TestCase } from './model.ts';
import { observeTests } from './observe-tests.ts';
import { findWholesale } from './snapshots.ts';
import { findLowered } from './thresholds.ts';

export type IntegrityResult = GateResult<'test-integrity'>;

/** Judges whether the tests of the head prove as much as those of the base line. */
export function judgeIntegrity(input: IntegrityInput, policies: Policies): IntegrityResult {
  const { observations, isAnyGone } = observeTests(input);
  const all = [...observations, ...observeSettings(input), ...observeRest(input), ...observeCounts(input, isAnyGone)];
  const findings = toFindings(all);
  return resultByPolicy({ gate: 'test-integrity', detail: describe(input, findings.length), findings }, policies);
}

function observeSettings({ configurations, paths }: IntegrityInput): Observation[] {
  return [
    ...findLowered(configurations).map(({ path, line, name, before, after }): Observation => {
      const what = after === null ? `${name} was ${before} and is gone` : `${name} was ${before} and is ${after}`;
      return { rule: 'test-integrity/threshold-lowered', path, line, what };
    }),
    ...findExclusions(configurations, paths).map(({ path, line, pattern, files }): Observation => {
      const more = files.length > 3 ? ` and ${files.length - 3} more` : '';
      return {
        rule: 'test-integrity/tests-excluded',
        path,
        line,
        what: `"${pattern}" leaves out ${files.slice(0, 3).join(', ')}${more}`,
      };
    }),
    ...findLeniency(configurations).map(
      (one): Observation => ({ rule: 'test-integrity/lenient-configuration', ...one }),
    ),
  ];
}

function observeRest({ snapshots, unread }: IntegrityInput): Observation[] {
  const wholesale = snapshots.flatMap((snapshot): Observation[] => {
    const what = findWholesale(snapshot);
    return what === null ? [] : [{ rule: 'test-integrity/snapshots', path: snapshot.path, line: null, what }];
  });
  return [
    ...wholesale,
    ...unread.map(
      (path): Observation => ({ rule: 'test-integrity/unknown', path, line: null, what: 'It is too large to be read' }),
    ),
  ];
}

/** Only where no test is gone or off does a lower number need another reason. */
function observeCounts({ ran }: IntegrityInput, isAnyGone: boolean): Observation[] {
  if (ran.before === null || ran.after === null || ran.after >= ran.before || isAnyGone) return [];
  return [
    {
      rule: 'test-integrity/fewer-tests',
      path: '.',
      line: null,
      what: `${ran.before} tests ran on the base line, and ${ran.after} at the head`,
    },
  ];
}

function describe({ files }: IntegrityInput, findings: number): string {
  const count = (of: (file: ChangedFile<SourceModel>) => readonly TestCase[]) =>
    files.reduce((sum, one) => sum + of(one).length, 0);
  const [before, after] = [count((one) => one.before?.tests ?? []), count((one) => one.after?.tests ?? [])];
  const tests = `The files that changed had ${before} tests on the base line and have ${after} now`;
  return findings === 0
    ? `${tests}; they prove no less.`
    : `${tests}; there ${findings === 1 ? 'is 1 finding' : `are ${findings} findings`}.`;
}
