import { statementsOf } from '../access/policies.ts';
import { RESOURCE_CALLS } from '../access/resource-calls.ts';
import { COMMANDS_OF, PERSON_ROLES, type PersonRole } from '../access/rows.ts';

/** Returns the part of docs/iam-permissions.md about people: three policies, and what CloudFormation does in a deployer's name. */
export function renderPeople(): string {
  return `## People: three policies

\`npx kiro-worker permissions --env ENVIRONMENT\` prints them with the names of one environment (\`--out FOLDER\` writes files for
\`aws iam create-policy\`); \`--check\` asks IAM (\`iam:SimulatePrincipalPolicy\`) what your credentials lack, and says "unknown" of
what it cannot try. IAM takes 6,144 characters in a policy, so that the deployer's comes as two. \`doctor\` checks them too.
They hold the calls of the commands named and nothing else; the condition on the key names the service that asks it for you.

${PERSON_ROLES.map(renderRole).join('\n')}
### What CloudFormation does for the deployer

CloudFormation creates the resources with the rights of whoever deploys. These actions are part of the deployer's policy, by the type
of the resource.

| type | actions | source |
|---|---|---|
${Object.entries(RESOURCE_CALLS)
  .map(([type, { needs, source }]) => `| ${type} | ${unique(needs.flatMap(({ actions }) => actions))} | ${source} |`)
  .join('\n')}
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

function unique(actions: readonly string[]): string {
  return [...new Set(actions)].sort().join('<br>');
}
