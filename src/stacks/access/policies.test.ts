import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { composeSandbox, composeStacks } from '../compose.ts';
import { ENVIRONMENTS, SANDBOX } from '../environments.ts';
import { policiesOf, statementsOf } from './policies.ts';
import { RESOURCE_CALLS } from './resource-calls.ts';
import { COMMANDS_OF, PERSON_ROLES } from './rows.ts';
import type { AccessPlace } from './targets.ts';
import { TOOL_CALLS } from './tool-calls.ts';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');

/** As requests are signed, by the client of the SDK; a client without a row is not known here. */
const SERVICES: Readonly<Record<string, string>> = {
  cloudformation: 'cloudformation',
  cloudwatch: 'monitoring',
  'cloudwatch-logs': 'logs',
  codebuild: 'codebuild',
  'cost-explorer': 'ce',
  dynamodb: 'dynamodb',
  eventbridge: 'events',
  iam: 'iam',
  lambda: 'lambda',
  s3: 's3',
  'secrets-manager': 'secretsmanager',
  sns: 'sns',
  sqs: 'sqs',
  ssm: 'ssm',
  sts: 'sts',
};

describe('the policies of people', () => {
  const place: AccessPlace = {
    environment: 'production',
    stackPrefix: 'KiroWorkerProduction',
    region: 'us-east-1',
    account: '123456789012',
    partition: 'aws',
    isOneStack: false,
  };
  const grantsOf = (role: (typeof PERSON_ROLES)[number]) =>
    statementsOf(role, place).flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`)),
    );

  it('speak of every command of the SDK that the product imports, and of no other', () => {
    const known = new Set(TOOL_CALLS.map(({ call }) => call));
    const imported = importedCalls();
    expect(imported.size).to.be.greaterThan(40);
    expect([...imported].filter((call) => !known.has(call))).to.deep.equal([]);
    expect([...known].filter((call) => !imported.has(call))).to.deep.equal([]);
  });

  it('speak of every resource type of the templates, and of no other', () => {
    const templates = [...Object.values(composeStacks(ENVIRONMENTS)), composeSandbox(SANDBOX)];
    const types = templates.flatMap(({ Resources }) => Object.values(Resources).flatMap(typesOf));
    expect([...new Set(types)].sort()).to.deep.equal(Object.keys(RESOURCE_CALLS).sort());
  });

  it('every command has calls of its own', () => {
    const used = new Set(TOOL_CALLS.flatMap(({ by }) => by));
    for (const command of Object.values(COMMANDS_OF).flat()) expect([...used], command).to.include(command);
  });

  it('fit into policies of IAM, have no wildcard action, and "*" only where AWS knows no resource', () => {
    for (const role of PERSON_ROLES) {
      for (const document of policiesOf(role, place))
        expect(JSON.stringify(document).length, role).to.be.lessThanOrEqual(6144);
      const actions = grantsOf(role).map((grant) => grant.split(' ')[0] ?? '');
      for (const action of actions) expect(action).to.match(/^[a-z0-9]+:[A-Z][A-Za-z0-9]+$/);
    }
    const everywhere = PERSON_ROLES.flatMap(grantsOf).filter((grant) => grant.endsWith(' *'));
    expect([...new Set(everywhere)].sort()).to.deep.equal([
      'ce:GetCostAndUsage *',
      'cloudwatch:GetMetricData *',
      'cloudwatch:GetMetricStatistics *',
      'kms:CreateKey *',
      'kms:ListAliases *',
      'logs:DescribeResourcePolicies *',
      's3:ListAllMyBuckets *',
    ]);
  });

  it('let a viewer change nothing and read no secret', () => {
    const changing = grantsOf('viewer').filter(
      (grant) => !/^[a-z0-9]+:(Describe|Get|List|BatchGet|Filter|Query|Scan|Decrypt|Simulate)/.test(grant),
    );
    expect(changing).to.deep.equal([]);
    expect(grantsOf('viewer').join()).to.not.include('GetSecretValue');
    expect(grantsOf('deployer').join()).to.not.include('GetSecretValue');
  });

  it('change a key only where it bears the tags of the environment, and pass a role only to its service', () => {
    const statements = statementsOf('deployer', place);
    for (const { actions, when, sid } of statements) {
      if (actions.some((action) => /^kms:(Put|Schedule|Disable|Untag)/.test(action)))
        expect(when, sid).to.have.property('aws:ResourceTag/Environment', 'production');
      if (actions.includes('iam:PassRole')) expect(when, sid).to.have.property('iam:PassedToService');
    }
    expect(statements.filter(({ actions }) => actions.includes('iam:PassRole'))).to.have.length(2);
  });
});

/** SAM makes the settings of its invocation a resource of its own. */
function typesOf({ Type }: { readonly Type: string }): string[] {
  return Type === 'AWS::Serverless::Function' ? ['AWS::Lambda::Function', 'AWS::Lambda::EventInvokeConfig'] : [Type];
}

/** Commands and paginators by their imports: both are named after the call. What serves only measurements does not reach AWS. */
function importedCalls(): Set<string> {
  const files = [...globSync('src/adapters/aws/**/*.ts', { cwd: ROOT }), ...globSync('scripts/**/*.ts', { cwd: ROOT })];
  const sources = files.filter((file) => !file.endsWith('.test.ts') && !file.startsWith(path.join('scripts', 'dev')));
  return new Set(
    sources.flatMap((file) =>
      [
        ...readFileSync(path.join(ROOT, file), 'utf8').matchAll(
          /import \{([^}]*)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g,
        ),
      ].flatMap(([, names = '', client = '']) =>
        [...names.matchAll(/\b(?:([A-Z]\w+)Command|paginate([A-Z]\w+))\b/g)].map(
          ([, command, paginated]) => `${SERVICES[client] ?? `unknown ${client}`}:${command ?? paginated}`,
        ),
      ),
    ),
  );
}
