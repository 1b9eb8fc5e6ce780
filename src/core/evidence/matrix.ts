import { formatTaskName } from '../spec/task-labels.ts';
import type { SpecTask, TaskDocument } from '../spec/tasks.ts';
import type { Criterion } from './criteria.ts';
import { namedCriteria } from './naming.ts';
import { resolveReferences } from './references.ts';

/** `PASS` and `FAIL` are what the branch's own tests report; all else is `UNKNOWN`. */
export type EvidenceVerdict = 'PASS' | 'FAIL' | 'UNKNOWN';

/** One test as the report of the head names it. */
export interface ReportedTest {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
}

export interface EvidenceRow {
  readonly criterion: Criterion;
  readonly verdict: EvidenceVerdict;
  /** One clause for people. */
  readonly reason: string;
  /** Units that refer to it, by their names. */
  readonly units: readonly string[];
  /** Reported tests that show it, failed ones first. */
  readonly tests: readonly ReportedTest[];
}

export interface EvidenceMatrix {
  readonly rows: readonly EvidenceRow[];
  /** References of tasks that name no criterion, as written. */
  readonly unknownReferences: readonly string[];
}

export interface EvidenceInput {
  readonly criteria: readonly Criterion[];
  /** tasks.md at the head. */
  readonly tasks: TaskDocument;
  /** Number of a property -> what it validates. */
  readonly properties: ReadonlyMap<string, readonly string[]>;
  /** Every test of the head's report; null where no report names tests. */
  readonly reported: readonly ReportedTest[] | null;
  /** Line of a unit in tasks.md -> indices in `reported` of the tests that its commits added or changed. */
  readonly testsOfUnit: ReadonlyMap<number, readonly number[]>;
}

/** Returns what shows that each criterion is met: PASS when a unit that refers to it is done, and a test that names it, or that the
 *  unit's commits added or changed, passed; FAIL when such a test failed. */
export function evaluateEvidence(input: EvidenceInput): EvidenceMatrix {
  const { criteria, tasks, reported } = input;
  const units = tasks.tasks.filter(({ isUnit }) => isUnit).map((unit) => ({ unit, ...referencesOf(unit, input) }));
  const naming = testsThatName(input);
  const namesOne = new Set([...naming.values()].flat());
  const rows = criteria.map((criterion): EvidenceRow => {
    const referring = units.filter(({ ids }) => ids.includes(criterion.id)).map(({ unit }) => unit);
    const done = referring.filter(({ state }) => state === 'done');
    const came = done.flatMap(({ line }) => input.testsOfUnit.get(line) ?? []);
    // A test that names other criteria of its task is about these.
    const shown = new Set([...(naming.get(criterion.id) ?? []), ...came.filter((index) => !namesOne.has(index))]);
    const tests = inOrder([...shown].flatMap((index) => reported?.[index] ?? []));
    return {
      criterion,
      ...judge({ referring, done, tests, hasReport: reported !== null }),
      units: referring.map(formatTaskName),
      tests,
    };
  });
  return { rows, unknownReferences: [...new Set(units.flatMap(({ unknown }) => unknown))] };
}

interface Shown {
  readonly referring: readonly SpecTask[];
  readonly done: readonly SpecTask[];
  readonly tests: readonly ReportedTest[];
  readonly hasReport: boolean;
}

function judge({ referring, done, tests, hasReport }: Shown): Pick<EvidenceRow, 'verdict' | 'reason'> {
  const failed = tests.filter(({ state }) => state === 'failed').length;
  const passed = tests.filter(({ state }) => state === 'passed').length;
  if (failed > 0)
    return { verdict: 'FAIL', reason: `${failed} of ${tests.length} ${tests.length === 1 ? 'test' : 'tests'} failed` };
  if (referring.length === 0) return { verdict: 'UNKNOWN', reason: 'no task refers to it' };
  if (done.length === 0) return { verdict: 'UNKNOWN', reason: 'no task that refers to it is done' };
  if (passed > 0) return { verdict: 'PASS', reason: `${passed} ${passed === 1 ? 'test' : 'tests'} passed` };
  if (tests.length > 0) return { verdict: 'UNKNOWN', reason: 'its tests were skipped' };
  if (!hasReport) return { verdict: 'UNKNOWN', reason: 'no report names the tests that ran' };
  return { verdict: 'UNKNOWN', reason: 'no reported test names it, and its tasks added or changed none' };
}

/** A task's own references and those of the headings above it. */
function referencesOf(unit: SpecTask, { tasks, criteria }: EvidenceInput) {
  const own = [...unit.requirements];
  for (let at = unit.parent; at !== null; at = tasks.tasks[at]?.parent ?? null) {
    own.push(...(tasks.tasks[at]?.requirements ?? []));
  }
  return resolveReferences(own, criteria);
}

function testsThatName({ criteria, properties, reported }: EvidenceInput): Map<string, number[]> {
  const naming = new Map<string, number[]>();
  for (const [index, { name }] of (reported ?? []).entries()) {
    for (const id of namedCriteria(name, { criteria, properties })) {
      naming.set(id, [...(naming.get(id) ?? []), index]);
    }
  }
  return naming;
}

const ORDER = ['failed', 'passed', 'skipped'] as const;

function inOrder(tests: readonly ReportedTest[]): ReportedTest[] {
  return [...tests].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}
