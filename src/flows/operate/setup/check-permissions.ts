import type { AccessSimulator, AccessVerdict } from '../../../core/ports/setup/access.ts';
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

/** Asks IAM for every action that a role needs; returns one check per role. What IAM cannot say is unknown, never a pass. */
export async function checkPermissions(
  openSimulator: () => Promise<AccessSimulator>,
  { needed, environment }: { needed: readonly NeededAccess[]; environment: string },
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { role, statements } of needed) {
    const name = `permissions: ${role}`;
    const remedy = `Give the role that is used what this prints: npx kiro-worker permissions --role ${role} --env ${environment}`;
    try {
      const simulator = await openSimulator();
      const verdicts: Array<AccessVerdict & { on: string }> = [];
      for (const { actions, resources, when } of statements) {
        const found = await simulator.simulate({ actions, resources: resources.map(example), context: when });
        verdicts.push(...found.map((verdict) => ({ ...verdict, on: resources.join(', ') })));
      }
      checks.push(judge(name, { verdicts, remedy }));
    } catch (error) {
      checks.push({ ...checkOf(name, error), state: 'unknown' });
    }
  }
  return checks;
}

/** IAM simulates names, not patterns: a pattern is filled in. */
function example(resource: string): string {
  return resource === '*' ? resource : resource.replaceAll('?', '0').replaceAll('*', 'x');
}

function judge(
  name: string,
  { verdicts, remedy }: { verdicts: ReadonlyArray<AccessVerdict & { on: string }>; remedy: string },
): Check {
  const lines = (state: AccessVerdict['state']) => {
    const byPlace = new Map<string, string[]>();
    for (const verdict of verdicts) {
      if (verdict.state !== state || verdict.state === 'allowed') continue;
      const place = `on ${verdict.on} (${verdict.why})`;
      byPlace.set(place, [...(byPlace.get(place) ?? []), verdict.action]);
    }
    return [...byPlace].map(([place, actions]) => `${actions.join(', ')} ${place}`).join('; ');
  };
  const denied = lines('denied');
  const unsure = lines('unknown');
  const unsureDetail = unsure === '' ? '' : `not known: ${unsure}`;
  if (denied !== '')
    return failed(name, { detail: [`lacks ${denied}`, unsureDetail].filter(Boolean).join('; '), remedy });
  if (unsure !== '') return unknown(name, { detail: unsureDetail, remedy });
  return passed(name, `all ${verdicts.length} are allowed, as IAM simulates them`);
}
