import type { Check } from './check.ts';

/** `yours` is a point that no program can know. */
export type PointState = 'done' | 'open' | 'yours';

export interface Point {
  /** In the deployment guide's words. */
  readonly point: string;
  readonly state: PointState;
  readonly detail: string;
}

export interface ChecklistFacts {
  /** What `verify` found. */
  readonly checks: readonly Check[];
  /** Null where AWS did not say. */
  readonly wasEverBuilt: boolean | null;
  readonly environment: string;
}

/** Returns the sixteen points of the deployment guide's checklist, each with its state. */
export function deploymentChecklist({ checks, wasEverBuilt, environment }: ChecklistFacts): Point[] {
  const flag = `--env ${environment}`;
  const yours = (point: string, detail: string): Point => ({ point, state: 'yours', detail });
  const done = (point: string, detail: string): Point => ({ point, state: 'done', detail });
  const from = (point: string, ...names: readonly string[]): Point => {
    const all = checks.filter(({ name }) => names.length === 0 || names.includes(name));
    const open = all.find(({ state }) => state === 'failed' || state === 'unknown');
    if (open !== undefined) return { point, state: 'open', detail: `${open.name}: ${open.detail}` };
    return all.length === 0
      ? { point, state: 'open', detail: 'not looked at' }
      : done(point, all.length === 1 ? (all[0]?.detail ?? '') : 'all of it');
  };
  return [
    yours('Prerequisites verified', `npx kiro-worker doctor ${flag}`),
    done('Repository cloned and dependencies installed', 'this command runs from it'),
    done('Environment configured', `${environment}, in src/stacks/environments.ts`),
    done('CDK bootstrapped (first time only)', 'not needed: nothing here uses a bootstrap bucket'),
    yours('Dry run completed successfully', `npx kiro-worker deploy ${flag} --plan-only`),
    from('All stacks deployed', 'stacks'),
    yours('Stack outputs saved', `npx kiro-worker deploy ${flag} --outputs FILE`),
    from('GitHub token populated', 'github-token'),
    from('Git credentials populated', 'git-credentials'),
    from('GitHub Project config created', 'project configuration'),
    from('SNS email subscriptions configured', 'alert e-mail'),
    from('All verification steps passed'),
    from('Test Lambda invocation successful', 'dry-run poll'),
    builds('Test CodeBuild trigger successful', wasEverBuilt),
    from('Monitoring alarms configured', 'alarms'),
    yours('Documentation reviewed', 'docs/operations.md above all'),
  ];
}

function builds(point: string, wasEverBuilt: boolean | null): Point {
  if (wasEverBuilt === true) return { point, state: 'done', detail: 'a build was started' };
  const detail =
    wasEverBuilt === null
      ? 'AWS did not say whether there was a build'
      : 'no build was ever started: move a card to its column';
  return { point, state: 'open', detail };
}
