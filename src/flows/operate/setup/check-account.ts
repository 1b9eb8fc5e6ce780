import { type Check, failed, passed, warning } from '../../../core/setup/check.ts';

/** Compares whom the credentials belong to, and the region of this shell, with what an environment says. */
export function checkAccount(request: {
  readonly caller: { readonly account: string; readonly arn: string };
  readonly environment: string;
  /** Undefined: any account will do. */
  readonly account: string | undefined;
  readonly region: string;
  /** Region that the plain `aws` lines would use, where this shell names one. */
  readonly shellRegion: string | undefined;
}): Check[] {
  const { caller, environment, account, region, shellRegion } = request;
  const isForeign = account !== undefined && caller.account !== account;
  const ofAccount = isForeign
    ? failed('AWS account', {
        detail: `${caller.arn} belongs to ${caller.account}, but ${environment} to ${account}`,
        remedy: `Sign in to account ${account}, or correct src/stacks/environments.ts.`,
      })
    : passed('AWS account', `${caller.account}, as ${caller.arn}`);
  const ofRegion =
    shellRegion === undefined || shellRegion === region
      ? passed('region', region)
      : warning('region', {
          detail: `${environment} is in ${region}, but this shell says ${shellRegion}`,
          remedy: `Commands here use ${region}; before plain aws lines: export AWS_REGION=${region}`,
        });
  const isRoot = caller.arn.endsWith(':root');
  if (!isRoot) return [ofAccount, ofRegion];
  const detail = 'the credentials are those of the account’s root user';
  return [ofAccount, ofRegion, warning('AWS credentials', { detail, remedy: 'Sign in as a role made for this.' })];
}
