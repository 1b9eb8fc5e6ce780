import * as z from 'zod';
import { errorMessage } from '../../../core/errors.ts';
import type { BranchRule } from '../../../core/ports/github.ts';
import type { GitHubClient } from '../client.ts';
import { statusOf } from '../failure.ts';

/** Rules of rulesets that a plain push would break: https://docs.github.com/en/rest/repos/rules. All others (deletion, force
 *  pushes, creation, names, patterns) leave the worker's pushes alone, or show only what the push contains. */
const KINDS: Readonly<Record<string, BranchRule['kind']>> = {
  update: 'push',
  pull_request: 'pull-request',
  required_signatures: 'signatures',
  required_linear_history: 'linear-history',
  required_status_checks: 'status-checks',
  merge_queue: 'merge-queue',
};

const RulesAnswer = z.array(z.object({ type: z.string(), ruleset_id: z.int().optional() }));

const RulesetAnswer = z.object({ name: z.string(), current_user_can_bypass: z.string().optional() });

interface Target {
  readonly client: GitHubClient;
  /** `owner/name`. */
  readonly repository: string;
}

/** Makes the reader of the rules of rulesets that this token must keep on a branch and that a push would break. Where there is
 *  no ruleset, or a server or plan has none, that is asked once for all branches. */
export function createRulesReader(target: Target): (branch: string) => Promise<BranchRule[]> {
  let known: Promise<boolean> | null = null;
  return async (branch) => {
    known ??= hasRulesets(target).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return (await known) ? readBranchRules(target, branch) : [];
  };
}

/** Those of the organisation count as well, which is what GitHub lists by default. */
async function hasRulesets({ client, repository }: Target): Promise<boolean> {
  const [owner = '', repo = ''] = repository.split('/');
  try {
    const parameters = { owner, repo, per_page: 1 };
    const answer = z.array(z.unknown());
    return (await client.rest({ route: 'GET /repos/{owner}/{repo}/rulesets', parameters, answer })).length > 0;
  } catch (error) {
    if (isWithoutRulesets(error)) return false;
    throw error;
  }
}

async function readBranchRules({ client, repository }: Target, branch: string): Promise<BranchRule[]> {
  const [owner = '', repo = ''] = repository.split('/');
  const rules = await client.rest({
    route: 'GET /repos/{owner}/{repo}/rules/branches/{branch}',
    parameters: { owner, repo, branch, per_page: 100 },
    answer: RulesAnswer,
  });
  const broken = rules.flatMap(({ type, ruleset_id: id }) =>
    KINDS[type] ? [{ kind: KINDS[type], id: id ?? null }] : [],
  );
  const rulesets = new Map<number | null, Ruleset>();
  for (const id of new Set(broken.map((rule) => rule.id))) {
    rulesets.set(id, id === null ? UNNAMED : await readRuleset({ client, owner, repo, id }));
  }
  return broken.flatMap(({ kind, id }) => {
    const { source, isBypassed } = rulesets.get(id) ?? UNNAMED;
    return isBypassed ? [] : [{ kind, source }];
  });
}

interface Ruleset {
  readonly source: string;
  readonly isBypassed: boolean;
}

const UNNAMED: Ruleset = { source: 'a ruleset', isBypassed: false };

async function readRuleset(request: {
  client: GitHubClient;
  owner: string;
  repo: string;
  id: number;
}): Promise<Ruleset> {
  const { client, owner, repo, id } = request;
  const ruleset = await client.rest({
    route: 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}',
    parameters: { owner, repo, ruleset_id: id },
    answer: RulesetAnswer,
  });
  // `pull_requests_only` opens the way of a merge, not that of a push.
  return { source: `the ruleset "${ruleset.name}"`, isBypassed: ruleset.current_user_can_bypass === 'always' };
}

/** An older server does not know the address; a plan without rulesets says which one has them. */
function isWithoutRulesets(error: unknown): boolean {
  const status = statusOf(error);
  return status === 404 || (status === 403 && /\bupgrade to\b/i.test(errorMessage(error)));
}
