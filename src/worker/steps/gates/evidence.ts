import { type Criterion, readBugfixFile, readRequirementsFile } from '../../../core/evidence/criteria.ts';
import { type EvidenceGateResult, evidenceGate } from '../../../core/evidence/gate.ts';
import { matchReported } from '../../../core/evidence/match-tests.ts';
import type { ReportedTest } from '../../../core/evidence/matrix.ts';
import { readProperties } from '../../../core/evidence/properties.ts';
import type { TestCase } from '../../../core/gates/integrity/model.ts';
import { foundBy } from '../../../core/gates/integrity/test-paths.ts';
import { readJUnit } from '../../../core/gates/junit.ts';
import type { Policies } from '../../../core/gates/policy.ts';
import { TRAILERS } from '../../../core/names.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { SourceParser } from '../../../core/ports/source-parser.ts';
import type { ReportFile } from '../../../core/ports/workspace-files.ts';
import { parseTasks, type TaskDocument } from '../../../core/spec/tasks.ts';

interface EvidenceContext {
  readonly repository: Pick<Repository, 'objects' | 'read' | 'commits'>;
  readonly createSourceParser: () => SourceParser;
}

interface EvidenceRequest {
  readonly specPath: string;
  readonly head: string;
  readonly reports: readonly ReportFile[];
  readonly policies: Policies;
}

/** Of very many tests the first count. */
const MOST_TESTS = 100_000;
const LIMITS = { eachBytes: 1_000_000, allBytes: 32_000_000 };

/** Reads the criteria of the spec at the head, and judges what the reported tests show of them. Throws GIT_FAILED. */
export async function judgeEvidence(context: EvidenceContext, request: EvidenceRequest): Promise<EvidenceGateResult> {
  const { specPath, head, policies } = request;
  const textOf = async (name: string) =>
    new TextDecoder().decode((await context.repository.read(head, `${specPath}/${name}`)) ?? new Uint8Array());
  const [requirements, bugfix, design, tasksText] = [
    await textOf('requirements.md'),
    await textOf('bugfix.md'),
    await textOf('design.md'),
    await textOf('tasks.md'),
  ];
  const criteria = firstOfEach([
    ...readRequirementsFile(requirements, `${specPath}/requirements.md`),
    ...readBugfixFile(bugfix, `${specPath}/bugfix.md`),
  ]);
  const tasks = parseTasks(tasksText);
  const reported = readReported(request.reports);
  const testsOfUnit =
    criteria.length === 0 || reported === null
      ? new Map<number, readonly number[]>()
      : await collectTestsOfUnits(context, { specPath, tasks, reported });
  const properties = readProperties([design, tasksText]);
  return evidenceGate.evaluate({ criteria, tasks, properties, reported, testsOfUnit, policies });
}

function firstOfEach(criteria: readonly Criterion[]): Criterion[] {
  const seen = new Set<string>();
  return criteria.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** Every test that the reports name, null where none does. What cannot be read has failed the tests gate, or been told by it. */
function readReported(reports: readonly ReportFile[]): ReportedTest[] | null {
  const tests: ReportedTest[] = [];
  for (const { bytes } of reports) {
    try {
      readJUnit(bytes, ({ name, state }) => {
        if (tests.length < MOST_TESTS) tests.push({ name, state });
      });
    } catch {}
  }
  return tests.length > 0 ? tests : null;
}

interface Collecting {
  readonly specPath: string;
  readonly tasks: TaskDocument;
  readonly reported: readonly ReportedTest[];
}

/** Line of a unit -> the reported tests that its commits added or changed. A commit says by its trailers which unit it is of. */
async function collectTestsOfUnits(
  { repository, createSourceParser }: EvidenceContext,
  { specPath, tasks, reported }: Collecting,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const commits = await repository.commits();
  const ofUnits = commits.filter(({ trailers }) => trailers.get(TRAILERS.spec) === specPath);
  const byLine = new Map<number, Set<number>>();
  const parser = createSourceParser();
  try {
    for (const { id, parent, trailers } of ofUnits) {
      const task = trailers.get(TRAILERS.task) ?? '';
      const lines = tasks.tasks.filter((unit) => (unit.id ?? `line ${unit.line}`) === task).map(({ line }) => line);
      if (lines.length === 0 || parent === null) continue;
      const tests = await changedTests({ repository, parser }, { since: parent, until: id });
      const indices = tests.flatMap((test) => matchReported(test, reported));
      for (const line of lines) byLine.set(line, new Set([...(byLine.get(line) ?? []), ...indices]));
    }
  } finally {
    await parser.close();
  }
  return new Map([...byLine].map(([line, indices]) => [line, [...indices]]));
}

/** Tests that the second commit has, and the first one has not, or not so. */
async function changedTests(
  { repository, parser }: { repository: Pick<Repository, 'objects'>; parser: SourceParser },
  range: { since: string; until: string },
): Promise<Array<{ path: string; names: readonly string[] }>> {
  const changes = (await repository.objects.changes(range)).filter(({ path }) => foundBy(path) !== null);
  const ids = changes.flatMap(({ before, after }) =>
    [before, after].flatMap((blob) => (blob?.kind === 'file' ? [blob.id] : [])),
  );
  const contents = await repository.objects.contents(ids, LIMITS);
  const tests: Array<{ path: string; names: readonly string[] }> = [];
  for (const { path, before, after } of changes) {
    const sides = [before, after].map((blob) =>
      new TextDecoder().decode((blob && contents.get(blob.id)) ?? new Uint8Array()),
    );
    const [earlier, later] = await parser.read(sides.map((text) => ({ path, text })));
    const known = new Set(earlier?.tests.map(identityOf));
    for (const test of later?.tests ?? []) if (!known.has(identityOf(test))) tests.push({ path, names: test.names });
  }
  return tests;
}

function identityOf({ names, body }: TestCase): string {
  return JSON.stringify([names, body]);
}
