import { oneLine } from '../json-lines.ts';
import { RULES, type RuleId, type Severity } from './rules.ts';

/** One thing that a person should know, wherever it was found. */
export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** Path from the repository's root. */
  readonly path?: string;
  /** From 1. */
  readonly line?: number;
  /** One sentence, which need not repeat the path. */
  readonly message: string;
  readonly remedy: string;
}

/** Returns a finding with the severity and the remedy of its rule. */
export function createFinding(rule: RuleId, what: Pick<Finding, 'path' | 'line' | 'message'>): Finding {
  const { severity, remedy } = RULES[rule];
  return { rule, severity, ...what, remedy };
}

const MOST_PATHS = 5;

/** Returns the first paths of findings, each once, for one sentence. */
export function listPaths(findings: readonly Finding[]): string {
  const paths = [...new Set(findings.flatMap(({ path }) => (path === undefined ? [] : [oneLine(path, 200)])))];
  return `${paths.slice(0, MOST_PATHS).join(', ')}${paths.length > MOST_PATHS ? ` and ${paths.length - MOST_PATHS} more` : ''}`;
}
