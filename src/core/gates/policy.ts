import * as z from 'zod';
import { DEPENDENCY_POLICIES } from './dependencies/dependency-rules.ts';
import type { Finding } from './finding.ts';
import type { GateResult, Verdict } from './gate.ts';
import { RULES, type RuleId } from './rules.ts';

const POLICIES = ['block', 'tell', 'off'] as const;

/** What findings of a rule do: fail the gate, inform the reviewer, or nothing. */
export type Policy = (typeof POLICIES)[number];

const DEFAULTS = {
  'tests/flaky': 'tell',
  'evidence/failed': 'tell',
  'evidence/unknown': 'tell',
  'test-integrity/focused': 'block',
  'test-integrity/skipped': 'block',
  'test-integrity/tests-removed': 'block',
  'test-integrity/emptied': 'block',
  'test-integrity/threshold-lowered': 'block',
  'test-integrity/tests-excluded': 'block',
  'test-integrity/fewer-tests': 'block',
  'test-integrity/lenient-configuration': 'tell',
  'test-integrity/assertions-removed': 'tell',
  'test-integrity/snapshots': 'tell',
  'test-integrity/exits': 'tell',
  'test-integrity/unknown': 'tell',
  'secrets/found': 'block',
  ...DEPENDENCY_POLICIES,
  'changed-lines/uncovered': 'block',
  'changed-lines/total-lowered': 'block',
  'changed-lines/unknown': 'tell',
} as const satisfies Partial<Record<RuleId, Policy>>;

/** Rules that a repository may configure. */
export type ConfigurableRule = keyof typeof DEFAULTS;

/** What findings of each configurable rule do where the repository does not say. */
export const CONFIGURABLE: Readonly<Record<ConfigurableRule, Policy>> = DEFAULTS;

/** What a repository says of single rules. */
export type Policies = Readonly<Partial<Record<ConfigurableRule, Policy>>>;

const CHOICE = `must be ${POLICIES.slice(0, -1).join(', ')} or ${POLICIES.at(-1)}`;
const RULE_CHOICE = `must map rules to ${POLICIES.join(', ')}; the rules are ${Object.keys(DEFAULTS).join(', ')}`;

/** `gates` of the repository file: a policy for each rule that it names. */
export const PoliciesField = z
  .record(z.string(), z.unknown(), RULE_CHOICE)
  .transform((value, context): Policies => Object.fromEntries(readPolicies(value, context)));

function readPolicies(value: Readonly<Record<string, unknown>>, context: z.RefinementCtx): [string, Policy][] {
  return Object.entries(value).flatMap(([rule, input]) => {
    const policy = POLICIES.find((one) => one === input);
    if (isConfigurable(rule) && policy !== undefined) return [[rule, policy]];
    const message = isConfigurable(rule) ? CHOICE : describeUnknown(rule);
    context.addIssue({ code: 'custom', path: [rule], message, input });
    return [];
  });
}

function describeUnknown(rule: string): string {
  const choice = Object.keys(DEFAULTS).join(', ');
  return Object.hasOwn(RULES, rule)
    ? `is a rule that cannot be configured; those that can: ${choice}`
    : `is not a rule; those that can be configured: ${choice}`;
}

/** Returns whether a repository may say what findings of this rule do. */
export function isConfigurable(rule: string): rule is ConfigurableRule {
  return Object.hasOwn(DEFAULTS, rule);
}

/** Returns the findings without those that are off. Those that block are errors, and those that tell are none. */
export function applyPolicy(findings: readonly Finding[], policies: Policies): Finding[] {
  return findings.flatMap((finding): Finding[] => {
    const { rule } = finding;
    if (!isConfigurable(rule)) return [finding];
    const policy = policies[rule] ?? CONFIGURABLE[rule];
    if (policy === 'off') return [];
    if (policy === 'block') return [{ ...finding, severity: 'error' }];
    const { severity } = RULES[rule];
    return [{ ...finding, severity: severity === 'error' ? 'warning' : severity }];
  });
}

/** Returns the verdict that findings make after their policy: failed with an error; unknown where each error is that nothing could be
 *  judged (`{gate}/unknown`). */
export function verdictOfFindings(findings: readonly Finding[]): Verdict {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return 'passed';
  return errors.every(({ rule }) => rule.endsWith('/unknown')) ? 'unknown' : 'failed';
}

/** Returns the result of a gate whose findings do what the policies say. */
export function resultByPolicy<Name extends string>(
  { gate, detail, findings }: Pick<GateResult<Name>, 'gate' | 'detail' | 'findings'>,
  policies: Policies,
): GateResult<Name> {
  const applied = applyPolicy(findings, policies);
  return { gate, detail, findings: applied, verdict: verdictOfFindings(applied) };
}
