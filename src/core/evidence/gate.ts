import { createFinding, type Finding } from '../gates/finding.ts';
import type { Gate, GateResult } from '../gates/gate.ts';
import { type Policies, resultByPolicy } from '../gates/policy.ts';
import {
  type EvidenceInput,
  type EvidenceMatrix,
  type EvidenceRow,
  type EvidenceVerdict,
  evaluateEvidence,
} from './matrix.ts';

export interface EvidenceGateResult extends GateResult<'evidence'> {
  /** One for each criterion of the spec, in its order. */
  readonly rows: readonly EvidenceRow[];
}

export interface EvidenceGateInput extends EvidenceInput {
  readonly policies: Policies;
}

/** Judges what the branch's own tests show of each criterion; tells by default, and blocks where the rules say so. */
export const evidenceGate: Gate<EvidenceGateInput, EvidenceGateResult> = {
  name: 'evidence',
  evaluate({ policies, ...input }) {
    const matrix = evaluateEvidence(input);
    const detail = describe(matrix.rows);
    return {
      ...resultByPolicy({ gate: 'evidence', detail, findings: findingsOf(matrix) }, policies),
      rows: matrix.rows,
    };
  },
};

/** How many criteria a message names. */
const NAMED = 20;

function findingsOf({ rows, unknownReferences }: EvidenceMatrix): Finding[] {
  const failed = rows.filter(({ verdict }) => verdict === 'FAIL');
  const unknown = rows.filter(({ verdict }) => verdict === 'UNKNOWN');
  const [first] = rows;
  const path = first?.criterion.file ?? 'tasks.md';
  return [
    ...failed.map(({ criterion, reason, tests: [test] }) =>
      createFinding('evidence/failed', {
        path,
        line: criterion.line,
        message: `Criterion ${criterion.id}: ${reason}${test ? `, such as "${test.name}"` : ''}.`,
      }),
    ),
    ...(unknown.length === 0
      ? []
      : [createFinding('evidence/unknown', { path, message: describeUnknown(unknown, rows.length) })]),
    ...(unknownReferences.length === 0
      ? []
      : [
          createFinding('evidence/reference', {
            path: 'tasks.md',
            message: `The spec has no criterion ${listed(unknownReferences)}.`,
          }),
        ]),
  ];
}

function describeUnknown(unknown: readonly EvidenceRow[], total: number): string {
  const byReason = Map.groupBy(unknown, ({ reason }) => reason);
  const reasons = [...byReason].map(
    ([reason, rows]) => `${listed(rows.map(({ criterion }) => criterion.id))} (${reason})`,
  );
  return `Of ${total} criteria, no passed test shows ${reasons.join('; ')}.`;
}

function listed(ids: readonly string[]): string {
  const more = ids.length - NAMED;
  return `${ids.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function describe(rows: readonly EvidenceRow[]): string {
  if (rows.length === 0) return 'The spec has no numbered criteria.';
  const count = (verdict: EvidenceVerdict) => rows.filter((row) => row.verdict === verdict).length;
  const counts = `${count('PASS')} PASS, ${count('FAIL')} FAIL, ${count('UNKNOWN')} UNKNOWN`;
  return `${rows.length} criteria: ${counts}, as the branch's own tests report.`;
}
