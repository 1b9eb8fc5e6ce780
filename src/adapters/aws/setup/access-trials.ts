import { errorMessage } from '../../../core/errors.ts';
import type { AccessQuestion, AccessTrials, AccessVerdict } from '../../../core/ports/setup/access.ts';
import { nameOf } from '../aws-failure.ts';
import { httpStatusOf } from '../release-failure.ts';
import { TRIALS, type Trial, type TrialClients } from './trial-calls.ts';

interface Options {
  readonly clients: TrialClients;
  /** The policies have a pattern for the end of its name, which AWS made up. */
  readonly bucketName: () => Promise<string>;
}

/** Returns whoever tries actions by calls that change nothing: AWS checks the right before it looks for the thing. Whatever it answers
 *  but a result, "not there" or "denied" is unknown. */
export function createAccessTrials(options: Options): AccessTrials {
  return {
    attempt: ({ actions, resources }) =>
      Promise.all(actions.map((action) => verdictOn(action, { resources, options }))),
  };
}

async function verdictOn(
  action: string,
  { resources, options }: Pick<AccessQuestion, 'resources'> & { options: Options },
): Promise<AccessVerdict> {
  const trial = TRIALS[action];
  if (trial === undefined) return { action, state: 'unknown', why: 'no harmless call shows it' };
  try {
    const arns = await Promise.all(resources.filter(isTriable).map((arn) => arnOf(arn, options)));
    if (arns.length === 0) return { action, state: 'unknown', why: 'no harmless call shows it' };
    const found = await Promise.all(arns.map((arn) => outcomeOf(trial, { arn, clients: options.clients })));
    const worst = found.find(({ state }) => state === 'denied') ?? found.find(({ state }) => state === 'unknown');
    return { action, ...(worst ?? { state: 'allowed' }) };
  } catch (error) {
    return { action, state: 'unknown', why: errorMessage(error) };
  }
}

/** Versions of functions, streams of logs and change sets come with what they belong to. */
function isTriable(arn: string): boolean {
  return !/:\*$|:changeSet\//.test(arn) || /:log-group:\*$/.test(arn);
}

async function arnOf(arn: string, { bucketName }: Options): Promise<string> {
  return arn.includes(':s3:::') ? arn.replace(/:s3:::[^/]+/, `:s3:::${await bucketName()}`) : arn;
}

type Outcome = { readonly state: 'allowed' } | { readonly state: 'denied' | 'unknown'; readonly why: string };

async function outcomeOf(
  { send, absent }: Trial,
  { arn, clients }: { arn: string; clients: TrialClients },
): Promise<Outcome> {
  try {
    await send({ name: nameIn(arn), arn }, clients);
    return { state: 'allowed' };
  } catch (error) {
    const [name, message] = [nameOf(error), errorMessage(error)];
    if (absent?.test(name) || absent?.test(message)) return { state: 'allowed' };
    if (/^(?:AccessDenied|AuthorizationError|NotAuthorized|UnauthorizedOperation)/.test(name) || isForbidden(error))
      return { state: 'denied', why: 'AWS refuses it' };
    return { state: 'unknown', why: `${name}: ${message}` };
  }
}

/** S3 answers some requests without naming the error. Credentials that are none are refused with 403 as well, but by name. */
function isForbidden(error: unknown): boolean {
  return httpStatusOf(error) === 403 && /^(?:Unknown|UnknownError|Forbidden|403)$/.test(nameOf(error));
}

/** `arn:aws:cloudformation:eu-west-1:123456789012:stack/NAME/*` => NAME. */
function nameIn(arn: string): string {
  const [, , , , , ...rest] = arn.split(':');
  const resource = rest.join(':').replace(/^(?:alarm|function|log-group|secret):/, '');
  return resource.replace(/^(?:project|rule|stack|table)\//, '').replace(/\/\*$/, '');
}
