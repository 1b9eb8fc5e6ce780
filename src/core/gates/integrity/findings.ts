import { oneLine } from '../../json-lines.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { INTEGRITY_RULES } from '../integrity-rules.ts';

export type IntegrityRule = keyof typeof INTEGRITY_RULES;

/** One thing that was found, before those of one file and rule become one finding. */
export interface Observation {
  readonly rule: IntegrityRule;
  readonly path: string;
  /** Null where it is about the whole file. */
  readonly line: number | null;
  readonly what: string;
}

const MOST_NAMED = 5;
const MOST_FINDINGS = 100;
const MOST_LENGTH = 200;

/** Returns one finding for each file and rule, however many tests a branch brings. */
export function toFindings(observations: readonly Observation[]): Finding[] {
  const groups = new Map<string, Observation[]>();
  for (const one of observations) {
    const key = `${one.rule}\0${one.path}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const all = [...groups.values()];
  const shown = all.slice(0, MOST_FINDINGS).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const named = group.slice(0, MOST_NAMED).map(({ what }) => oneLine(what, MOST_LENGTH));
    const more = group.length > MOST_NAMED ? `; and ${group.length - MOST_NAMED} more` : '';
    const at = first.line === null ? {} : { line: first.line };
    return [createFinding(first.rule, { path: first.path, ...at, message: `${named.join('; ')}${more}.` })];
  });
  return [...shown, ...summaries(all.slice(MOST_FINDINGS))];
}

/** What is beyond the limit still counts, by its rules. */
function summaries(groups: readonly (readonly Observation[])[]): Finding[] {
  const rules = new Map<IntegrityRule, number>();
  for (const [first] of groups) if (first) rules.set(first.rule, (rules.get(first.rule) ?? 0) + 1);
  return [...rules].map(([rule, count]) => createFinding(rule, { message: `The same in ${count} more files.` }));
}
