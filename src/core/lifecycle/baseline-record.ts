import * as z from 'zod';
import { ACTORS } from '../outcome.ts';
import { RECORD_KEYS, readStoredText } from './stored-row.ts';

const KnownFailureText = z.object({ name: z.string(), count: z.number() });

const FailureText = z.object({
  name: z.enum(['install', 'test', 'coverage']),
  ...{ command: z.string(), source: z.string(), ended: z.string(), what: z.string(), why: z.string() },
  ...{ remedy: z.string(), yaml: z.string().nullable(), sign: z.string().nullable() },
  actsNext: z.enum(ACTORS).nullable(),
});

const CountsText = z.object({ total: z.number(), passed: z.number(), failed: z.number(), skipped: z.number() });

const VerdictText = z.object({
  commit: z.string(),
  basis: z.string(),
  kind: z.enum(['passed', 'failed', 'no-tests']),
  detail: z.string(),
  remedy: z.string(),
  failures: z.array(KnownFailureText),
  /** How many tests ran; null where no report says. */
  counts: CountsText.nullable().default(null),
  /** Executable lines and how many were executed, as each format of the reports counts them. */
  lineTotals: z.array(z.object({ covered: z.number(), total: z.number(), format: z.string() })).default([]),
  /** The command that failed, null where none did. */
  failure: FailureText.nullable().default(null),
  atMs: z.number(),
});

const RoundText = z.object({ tree: z.string(), failures: z.string(), atMs: z.number() });

const RecordText = z.object({
  lockKey: z.string(),
  /** Grows with each write: a write is made only over the version that it was decided on. */
  version: z.number(),
  /** Commits that runs of ours made on the branch, each with its parent, oldest first. */
  own: z.array(z.tuple([z.string(), z.string()])),
  verdicts: z.array(VerdictText),
  /** Repair rounds that were begun since a run last passed its gates, oldest first. */
  rounds: z.array(RoundText).default([]),
});

/** What is known of a branch before the agent: one row beside its lock row, which only the holder of the lock writes. */
export type BaselineRecord = Readonly<z.infer<typeof RecordText>>;

/** What install, tests and coverage of one commit came to under one basis; only what would come to the same again. */
export type BaselineVerdict = Readonly<z.infer<typeof VerdictText>>;

/** Name of a test that is red on the base line, and how many of that name are. */
export type KnownFailure = Readonly<z.infer<typeof KnownFailureText>>;

/** The record of a branch that nothing has been written of. */
export function emptyBaseline(lockKey: string): BaselineRecord {
  return { lockKey, version: 0, own: [], verdicts: [], rounds: [] };
}

/** Returns the record of a branch in a JSON text. Of one that cannot be read nothing is known: what is measured next is written
 *  over it. */
export function readBaseline(lockKey: string, text: unknown): BaselineRecord {
  const schema = RecordText.extend({ lockKey: z.literal(lockKey), version: z.number().min(1) });
  const stored = readStoredText(schema, { key: RECORD_KEYS.baseline(lockKey), text, remedy: '' });
  return 'value' in stored ? stored.value : emptyBaseline(lockKey);
}

const MOST_OWN = 500;
const MOST_VERDICTS = 5;

/** Returns the record with a commit of ours, the same one when it is there already. */
export function withOwnCommit(
  record: BaselineRecord,
  { commit, parent }: { commit: string; parent: string },
): BaselineRecord {
  if (record.own.some(([id]) => id === commit)) return record;
  return {
    ...record,
    version: record.version + 1,
    own: [...record.own, [commit, parent] as [string, string]].slice(-MOST_OWN),
  };
}

/** Returns the record with a verdict in the place of any other of the same commit and basis. */
export function withVerdict(record: BaselineRecord, verdict: BaselineVerdict): BaselineRecord {
  const others = record.verdicts.filter(({ commit, basis }) => commit !== verdict.commit || basis !== verdict.basis);
  return { ...record, version: record.version + 1, verdicts: [...others, verdict].slice(-MOST_VERDICTS) };
}

/** Returns the newest commit at or below `head` that no run of ours made. What a commit says of itself has no part in that. */
export function baselineCommit(record: BaselineRecord | null, head: string): string {
  const parents = new Map(record?.own ?? []);
  let commit = head;
  for (let parent = parents.get(commit); parent !== undefined; parent = parents.get(commit)) {
    parents.delete(commit);
    commit = parent;
  }
  return commit;
}

/** Returns the last verdict of a commit under any basis, null where there is none. */
export function lastVerdict(record: BaselineRecord | null, commit: string): BaselineVerdict | null {
  return record?.verdicts.findLast((verdict) => verdict.commit === commit) ?? null;
}

/** Returns the stored verdict of a commit, null where there is none under this basis. */
export function findVerdict(
  record: BaselineRecord | null,
  wanted: { commit: string; basis: string },
): BaselineVerdict | null {
  return record?.verdicts.find(({ commit, basis }) => commit === wanted.commit && basis === wanted.basis) ?? null;
}
