import { sourcesOf } from '../access/action-sources.ts';
import { LEFT_OUT, type LeftOut } from '../access/left-out-actions.ts';
import { statementsOf } from '../access/policies.ts';
import { parseActions } from '../access/registry-handlers.ts';
import { RESOURCE_CALLS } from '../access/resource-calls.ts';
import { COMMANDS_OF, type Need, PERSON_ROLES, type PersonRole } from '../access/rows.ts';

/** Returns the part of docs/iam-permissions.md about people: three policies, and what CloudFormation does in a deployer's name. */
export function renderPeople(): string {
  return `## People: three policies

\`npx kiro-worker permissions --env ENVIRONMENT\` prints them with the names of one environment (\`--out FOLDER\` writes files for
\`aws iam create-policy\`); \`--check\` asks IAM (\`iam:SimulatePrincipalPolicy\`) what your credentials lack. Where IAM does not answer, it
tries them by calls that change nothing and show no secret, and says "unknown" of what those do not show. IAM takes 6,144 characters in a
policy, so that the deployer's comes as several. \`doctor\` checks them too.
They hold the calls of the commands named and nothing else; the condition on the key names the service that asks it for you.

${PERSON_ROLES.map(renderRole).join('\n')}
### What CloudFormation does for the deployer

CloudFormation creates the resources with the rights of whoever deploys. These actions are part of the deployer's policy, by the type
of the resource, each with its source: the handlers (create, read, update, delete) for which the resource schema of the CloudFormation
registry names it, or another document of AWS.

| type | actions |
|---|---|
${Object.entries(RESOURCE_CALLS)
  .map(([type, { needs }]) => `| ${type} | ${withSources(type, needs)} |`)
  .join('\n')}

The handlers name more, which the deployer does not get, since nothing in the templates needs it. A template that sets one of these
properties needs its actions too; a test says so.

| type | actions | why not |
|---|---|---|
${LEFT_OUT.map((one) => `| ${one.type} | ${parseActions(one.actions).join('<br>')} | ${reasonOf(one)} |`).join('\n')}
`;
}

const PATTERN_PLACE = {
  environment: '{environment}',
  stackPrefix: '{StackPrefix}',
  region: 'region',
  account: 'account',
  partition: 'aws',
  isOneStack: false,
};

function renderRole(role: PersonRole): string {
  const rows = statementsOf(role, PATTERN_PLACE).map(({ sid, actions, resources, when }) => {
    const condition = Object.entries(when).map(([key, value]) => `${key} = \`${value}\``);
    return `| ${sid} | ${unique(actions)} | ${resources.map((arn) => `\`${arn}\``).join('<br>')} | ${condition.join(', ')} |`;
  });
  return `### ${role}

For the commands ${COMMANDS_OF[role].join(', ')}, permissions.

| statement | actions | resources | condition |
|---|---|---|---|
${rows.join('\n')}
`;
}

function withSources(type: string, needs: readonly Need[]): string {
  return [...new Set(needs.flatMap(({ actions }) => actions))]
    .sort()
    .map((action) => `${action}: ${sourcesOf(type, action).join(', ')}`)
    .join('<br>');
}

function reasonOf({ unset, alwaysSet, because }: LeftOut): string {
  if (unset !== undefined) return `for ${unset.join(', ')}, which no template sets`;
  return alwaysSet === undefined ? `${because}` : `to take away ${alwaysSet}, which every template sets`;
}

function unique(actions: readonly string[]): string {
  return [...new Set(actions)].sort().join('<br>');
}
