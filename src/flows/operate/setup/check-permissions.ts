import { isWorkerError } from '../../../core/errors.ts';
import type { AccessQuestion, AccessSimulator, AccessTrials, AccessVerdict } from '../../../core/ports/setup/access.ts';
import { type Check, failed, passed, unknown } from '../../../core/setup/check.ts';
import { checkOf } from '../../../core/setup/run-check.ts';

/** What one role of people needs. */
export interface NeededAccess {
  readonly role: string;
  readonly statements: readonly {
    readonly actions: readonly string[];
    readonly resources: readonly string[];
    readonly when: Readonly<Record<string, string>>;
  }[];
}

export interface PermissionPorts {
  readonly openSimulator: () => Promise<AccessSimulator>;
  /** For where IAM simulates nothing. */
  readonly openTrials: () => Promise<AccessTrials>;
}

type Found = AccessVerdict & { readonly on: string };

/** Asks IAM for every action that a role needs; where it does not answer, tries them by calls that change nothing. Returns one check per
 *  role. What nobody can say is unknown, never a pass. */
export async function checkPermissions(
  ports: PermissionPorts,
  { needed, environment }: { needed: readonly NeededAccess[]; environment: string },
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { role, statements } of needed) {
    const name = `permissions: ${role}`;
    const remedy = `Give the role that is used what this prints: npx kiro-worker permissions --role ${role} --env ${environment}`;
    try {
      const { verdicts, refusal } = await ask(ports, statements);
      checks.push(judge(name, { verdicts, refusal, remedy }));
    } catch (error) {
      checks.push({ ...checkOf(name, error), state: 'unknown' });
    }
  }
  return checks;
}

/** `refusal`: why IAM did not answer, null where it did. */
async function ask(
  { openSimulator, openTrials }: PermissionPorts,
  statements: NeededAccess['statements'],
): Promise<{ verdicts: Found[]; refusal: string | null }> {
  try {
    const simulator = await openSimulator();
    const simulate = (question: AccessQuestion) =>
      simulator.simulate({ ...question, resources: question.resources.map(example) });
    return { verdicts: await askAll(statements, simulate), refusal: null };
  } catch (error) {
    if (!isWorkerError(error)) throw error;
    const refusal = [error.what, error.why].filter(Boolean).join(' ');
    const trials = await openTrials();
    return { verdicts: await askAll(statements, (question) => trials.attempt(question)), refusal };
  }
}

async function askAll(
  statements: NeededAccess['statements'],
  answer: (question: AccessQuestion) => Promise<AccessVerdict[]>,
): Promise<Found[]> {
  const verdicts: Found[] = [];
  for (const { actions, resources, when } of statements) {
    const found = await answer({ actions, resources, context: when });
    verdicts.push(...found.map((verdict) => ({ ...verdict, on: resources.join(', ') })));
  }
  return verdicts;
}

/** IAM simulates names, not patterns: a pattern is filled in. */
function example(resource: string): string {
  return resource === '*' ? resource : resource.replaceAll('?', '0').replaceAll('*', 'x');
}

function judge(
  name: string,
  { verdicts, refusal, remedy }: { verdicts: readonly Found[]; refusal: string | null; remedy: string },
): Check {
  const denied = lines(verdicts, 'denied');
  const unsure = lines(verdicts, 'unknown');
  const allowed = verdicts.filter(({ state }) => state === 'allowed').length;
  const detail = [
    refusal && `${refusal.replace(/\.?$/, '.')} By calls that change nothing, ${allowed} are allowed`,
    denied && `lacks ${denied}`,
    unsure && `not known: ${unsure}`,
  ]
    .filter(Boolean)
    .join('; ');
  if (denied !== '') return failed(name, { detail, remedy });
  if (unsure !== '') return unknown(name, { detail, remedy });
  return passed(
    name,
    `all ${verdicts.length} are allowed, ${refusal === null ? 'as IAM simulates them' : 'as calls show'}`,
  );
}

function lines(verdicts: readonly Found[], state: 'denied' | 'unknown'): string {
  const byPlace = new Map<string, string[]>();
  for (const verdict of verdicts) {
    if (verdict.state === 'allowed' || verdict.state !== state) continue;
    const place = `on ${verdict.on} (${verdict.why})`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), verdict.action]);
  }
  return [...byPlace].map(([place, actions]) => `${actions.join(', ')} ${place}`).join('; ');
}
