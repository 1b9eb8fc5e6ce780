import type { Ruleset } from '../model.ts';
import { type Call, notFound, ok, paginate, type RestAnswer, repositoryOf } from './lookups.ts';

/** The active rules of all rulesets that apply to a name, whether such a branch exists or not; those that the token may
 *  bypass are among them: https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch */
export function listBranchRules(call: Call): RestAnswer {
  const repository = repositoryOf(call);
  const rules = repository.rulesets
    .filter(({ pattern }) => pattern.test(call.parts[2] ?? ''))
    .flatMap(({ id, rules: types }) =>
      types.map((type) => ({
        type,
        ruleset_source_type: 'Repository',
        ruleset_source: repository.fullName,
        ruleset_id: id,
      })),
    );
  const { page, headers } = paginate(rules, call.request);
  return ok(page, headers);
}

export function listRulesets(call: Call): RestAnswer {
  const { page, headers } = paginate(repositoryOf(call).rulesets.map(rulesetBody), call.request);
  return ok(page, headers);
}

export function getRuleset(call: Call): RestAnswer {
  const found = repositoryOf(call).rulesets.find(({ id }) => String(id) === call.parts[2]);
  if (!found) throw notFound();
  return ok(rulesetBody(found));
}

function rulesetBody({ id, name, rules, bypass }: Ruleset) {
  const shared = { id, name, target: 'branch', enforcement: 'active', rules: rules.map((type) => ({ type })) };
  return { ...shared, current_user_can_bypass: bypass };
}
