import { WorkerError } from '../../core/errors.ts';

/** Returns the Metadata that makes each linter accept a finding, with the reason: rules of checkov (CKV_AWS_1), cfn-guard
 *  (some_rule_check) and cfn-lint (W1234). Throws STACK_MODEL_INVALID for any other rule. */
export function acceptedFindings(logicalId: string, accept: Readonly<Record<string, string>>): object {
  const of = (pattern: RegExp) => Object.entries(accept).filter(([rule]) => pattern.test(rule));
  const checkov = of(/^CKV\d?_/).map(([id, comment]) => ({ id, comment }));
  const guard = of(/^[a-z0-9]+(_[a-z0-9]+)+_check$/);
  const cfnLint = of(/^[EWI]\d{4}$/);
  if (checkov.length + guard.length + cfnLint.length !== Object.keys(accept).length) {
    throw new WorkerError({
      code: 'STACK_MODEL_INVALID',
      what: `${logicalId} accepts a finding of an unknown linter: ${Object.keys(accept).join(', ')}.`,
      remedy: 'Name the rule as its linter does: CKV_AWS_1 (checkov), some_rule_check (cfn-guard) or W1234 (cfn-lint).',
    });
  }
  return {
    ...(checkov.length === 0 ? {} : { checkov: { skip: checkov } }),
    ...(guard.length === 0
      ? {}
      : { guard: { SuppressedRules: guard.map(([rule]) => rule), Reasons: Object.fromEntries(guard) } }),
    ...(cfnLint.length === 0
      ? {}
      : { 'cfn-lint': { config: { ignore_checks: cfnLint.map(([id]) => id) }, reasons: Object.fromEntries(cfnLint) } }),
  };
}
