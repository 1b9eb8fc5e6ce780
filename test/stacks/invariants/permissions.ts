import { CODE_PREFIXES } from '../../../src/core/names.ts';
import { REASONS } from '../../../src/stacks/resources/role.ts';
import { at, findKey } from '../json.ts';
import type { Found, Invariant, Model, Statement } from '../model.ts';
import { place, resolve, resourcesOf, statementsOf } from '../model.ts';

/** Imported by nobody: only some environments have it. */
const AGENT_KEY = 'kiro-worker-test-agent-key-??????';

export const permissionInvariants: Readonly<Record<string, Invariant>> = {
  'no role is allowed a wildcard action': (model) =>
    everyGrant(model).flatMap(({ role, statement }) =>
      statement.actions
        .filter((action) => action.includes('*') || !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))
        .map((action) => `${place(role)}: ${action}`),
    ),

  'a wildcard resource comes with its reason': (model) =>
    everyGrant(model).flatMap(({ role, statement }) => {
      const everything = statement.resources.some((resource) => resource === '*');
      const reason = at(role.resource.Metadata?.[REASONS], statement.sid);
      return !everything || String(reason).includes('resource "*": ') ? [] : [`${place(role)}: ${statement.sid} on *`];
    }),

  'every permission has a reason': (model) =>
    everyGrant(model).flatMap(({ role, statement }) =>
      String(at(role.resource.Metadata?.[REASONS], statement.sid) ?? '').length > 10
        ? []
        : [`${place(role)}: ${statement.sid}`],
    ),

  'roles have inline policies only and trust one service': (model) =>
    resourcesOf(model, 'AWS::IAM::Role').flatMap((role) => {
      const trusted = findKey(role.resource.Properties.AssumeRolePolicyDocument, 'Service').flat();
      const right =
        ['lambda.amazonaws.com', 'codebuild.amazonaws.com'].includes(String(trusted[0])) && trusted.length === 1;
      const managed = role.resource.Properties.ManagedPolicyArns !== undefined;
      return right && !managed
        ? []
        : [`${place(role)}: trusts ${trusted.join()}${managed ? ', has managed policies' : ''}`];
    }),

  'no role deletes or scans locks, deletes files, or passes roles': (model) =>
    everyGrant(model)
      .filter(({ statement }) => statement.effect === 'Allow')
      .flatMap(({ role, statement }) =>
        statement.actions
          .filter((action) =>
            /^(dynamodb:(Delete|Scan|Put|BatchWrite)|s3:Delete|s3:Put(?!Object$)|iam:|sts:|secretsmanager:(?!GetSecretValue$)|ssm:(?!GetParameter$)|kms:(Create|Put|Schedule))/.test(
              action,
            ),
          )
          .map((action) => `${place(role)}: ${action}`),
      ),

  'the build role reads exactly three secrets, and an agent’s key where there is one; the functions one': (model) =>
    resourcesOf(model, 'AWS::IAM::Role').flatMap((role) => {
      const readable = statementsOf(role.resource)
        .filter((statement) => statement.actions.includes('secretsmanager:GetSecretValue'))
        .flatMap((statement) => statement.resources)
        .map((arn) => resolve(arn, role).replace(/[{}]|Arn|^arn:.*:secret:/g, ''));
      const expected =
        role.id === 'BuildRole'
          ? ['GitHubTokenSecret', 'GitCredentialsSecret', 'KiroApiKeySecret', AGENT_KEY]
          : ['GitHubTokenSecret'];
      return readable.join() === expected.join() ? [] : [`${place(role)}: reads ${readable.join()}`];
    }),

  'a build can never change what later builds run': (model) =>
    resourcesOf(model, 'AWS::IAM::Role')
      .filter(({ id }) => id === 'BuildRole')
      .flatMap((role) => {
        const denied = statementsOf(role.resource)
          .filter(({ effect }) => effect === 'Deny')
          .filter((statement) =>
            ['s3:PutObject', 's3:DeleteObject'].every((action) => statement.actions.includes(action)),
          )
          .flatMap((statement) => statement.resources)
          .map((arn) => resolve(arn, role));
        return Object.values(CODE_PREFIXES)
          .filter((prefix) => !denied.some((arn) => arn.endsWith(`/${prefix}*`)))
          .map((prefix) => `${place(role)}: writing ${prefix} is not denied`);
      }),

  'files of runs go under the environment’s own prefix': (model) =>
    everyGrant(model)
      .filter(({ statement }) => statement.effect === 'Allow' && statement.actions.includes('s3:PutObject'))
      .flatMap(({ role, statement }) =>
        statement.resources
          .map((arn) => resolve(arn, role))
          .filter((arn) => !arn.endsWith('}/test/*'))
          .map((arn) => `${place(role)}: writes ${arn}`),
      ),

  'the key is used only through services': (model) =>
    everyGrant(model)
      .filter(({ statement }) => statement.actions.some((action) => action.startsWith('kms:')))
      .flatMap(({ role, statement }) =>
        at(statement.condition, 'StringEquals.kms:ViaService') === undefined
          ? [`${place(role)}: ${statement.sid}`]
          : [],
      ),

  'only our own rules and alarms may write to queues and topic': (model) =>
    [...resourcesOf(model, 'AWS::SQS::QueuePolicy'), ...resourcesOf(model, 'AWS::SNS::TopicPolicy')].flatMap((found) =>
      statementsOf(found.resource)
        .filter(({ effect }) => effect === 'Allow')
        .filter(
          ({ principal, condition }) =>
            at(principal, 'Service') === undefined || findKey(condition, 'aws:SourceArn').length === 0,
        )
        .map(({ sid }) => `${place(found)}: ${sid}`),
    ),
};

function everyGrant(model: Model): Array<{ role: Found; statement: Statement }> {
  return resourcesOf(model, 'AWS::IAM::Role').flatMap((role) =>
    statementsOf(role.resource.Properties.Policies).map((statement) => ({ role, statement })),
  );
}
