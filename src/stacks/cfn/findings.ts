import { WorkerError } from '../../core/errors.ts';

/** Returns the Metadata by which each linter learns that a finding is accepted, with the reason beside it. */
export function acceptedFindings(logicalId: string, accept: Readonly<Record<string, string>>): object {
  const metadata: Record<string, unknown> = {};
  const of = (pattern: RegExp) => Object.entries(accept).filter(([rule]) => pattern.test(rule));
  const checkov = of(/^CKV\d?_/).map(([id, comment]) => ({ id, comment }));
  const guard = of(/^(?!CKV)[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
  const cfnLint = of(/^[EWI]\d{4}$/);
  if (checkov.length > 0) metadata.checkov = { skip: checkov };
  if (guard.length > 0) metadata.guard = { SuppressedRules: Object.fromEntries(guard) };
  if (cfnLint.length > 0) {
    metadata['cfn-lint'] = { config: { ignore_checks: cfnLint.map(([id]) => id) } };
    metadata.cfnLintReasons = Object.fromEntries(cfnLint);
  }
  const known = checkov.length + guard.length + cfnLint.length;
  if (known === Object.keys(accept).length) return metadata;
  throw new WorkerError({
    code: 'STACK_MODEL_INVALID',
    what: `${logicalId} accepts a finding of a linter that is not known: ${Object.keys(accept).join(', ')}.`,
    remedy: 'Write the rule as its linter does: CKV_AWS_1 (checkov), S3_BUCKET_RULE (cfn-guard) or W1234 (cfn-lint).',
  });
}
