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
