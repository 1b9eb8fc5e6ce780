/** Whose policies count for a caller. */
type CallerIdentity =
  | { readonly kind: 'role'; readonly roleName: string }
  | { readonly kind: 'user'; readonly arn: string }
  | { readonly kind: 'other'; readonly why: string };

/** Returns whose policies count, by the ARN that STS gives: that of a session names its role without the role's path. */
export function parseCallerIdentity(arn: string): CallerIdentity {
  const [, , service, , , ...rest] = arn.split(':');
  const [type, name = ''] = rest.join(':').split('/');
  if (service === 'sts' && type === 'assumed-role') return { kind: 'role', roleName: name };
  if (service === 'iam' && type === 'user') return { kind: 'user', arn };
  const why = type === 'root' ? 'IAM does not simulate the root user' : `IAM does not simulate ${arn}`;
  return { kind: 'other', why };
}
