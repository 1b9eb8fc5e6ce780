import { CODE_PREFIXES } from '../../src/core/names.ts';
import { REASONS } from '../../src/stacks/parts/role.ts';
import { place, templateOf } from './data-intents.ts';
import type { Found, Intent, Model, Statement } from './model.ts';
import { actionsOf, at, findKey, resolve, resourcesOf, statementsOf } from './model.ts';

export const permissionIntents: Readonly<Record<string, Intent>> = {
  'no role may do a wildcard action': (model) =>
    everyGrant(model).flatMap(({ role, statement }) =>
      actionsOf(statement)
        .filter((action) => action.includes('*') || !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))
        .map((action) => `${place(role)}: ${action}`),
    ),

  'a wildcard resource has its reason beside it': (model) =>
    everyGrant(model).flatMap(({ role, statement }) => {
      const everything = (statement.Resource as unknown[]).some((resource) => resource === '*');
      const reason = at(role.resource.Metadata?.[REASONS], statement.Sid ?? '');
      return !everything || String(reason).includes('resource "*": ') ? [] : [`${place(role)}: ${statement.Sid} on *`];
    }),

  'every right has a reason': (model) =>
    everyGrant(model).flatMap(({ role, statement }) =>
      String(at(role.resource.Metadata?.[REASONS], statement.Sid ?? '') ?? '').length > 10
        ? []
        : [`${place(role)}: ${statement.Sid}`],
    ),

  'roles have policies of their own and trust one service': (model) =>
    resourcesOf(model, 'AWS::IAM::Role').flatMap((role) => {
      const trusted = findKey(role.resource.Properties.AssumeRolePolicyDocument, 'Service').flat();
      const right =
        ['lambda.amazonaws.com', 'codebuild.amazonaws.com'].includes(String(trusted[0])) && trusted.length === 1;
      const managed = role.resource.Properties.ManagedPolicyArns !== undefined;
      return right && !managed
        ? []
        : [`${place(role)}: trusts ${trusted.join()}${managed ? ', has managed policies' : ''}`];
    }),

  'nobody deletes or scans locks, deletes files, or passes roles': (model) =>
    everyGrant(model)
      .filter(({ statement }) => statement.Effect === 'Allow')
      .flatMap(({ role, statement }) =>
        actionsOf(statement)
          .filter((action) =>
            /^(dynamodb:(Delete|Scan|Put|BatchWrite)|s3:Delete|s3:Put(?!Object$)|iam:|sts:|secretsmanager:(?!GetSecretValue$)|ssm:(?!GetParameter$)|kms:(Create|Put|Schedule))/.test(
              action,
            ),
          )
          .map((action) => `${place(role)}: ${action}`),
      ),

  'the build role reads exactly three secrets, the functions one': (model) =>
    resourcesOf(model, 'AWS::IAM::Role').flatMap((role) => {
      const readable = statementsOf(role.resource)
        .filter((statement) => actionsOf(statement).includes('secretsmanager:GetSecretValue'))
        .flatMap((statement) => statement.Resource as unknown[])
        .map((arn) => resolve(arn, templateOf(model, role), 'test').replace(/[{}]|Arn/g, ''));
      const expected =
        role.id === 'BuildRole'
          ? ['GitHubTokenSecret', 'GitCredentialsSecret', 'KiroApiKeySecret']
          : ['GitHubTokenSecret'];
      return readable.join() === expected.join() ? [] : [`${place(role)}: reads ${readable.join()}`];
    }),

  'a build can never change what later builds run': (model) =>
    resourcesOf(model, 'AWS::IAM::Role')
      .filter(({ id }) => id === 'BuildRole')
      .flatMap((role) => {
        const denied = statementsOf(role.resource)
          .filter(({ Effect }) => Effect === 'Deny')
          .filter((statement) =>
            ['s3:PutObject', 's3:DeleteObject'].every((action) => actionsOf(statement).includes(action)),
          )
          .flatMap((statement) => statement.Resource as unknown[])
          .map((arn) => resolve(arn, templateOf(model, role), 'test'));
        return Object.values(CODE_PREFIXES)
          .filter((prefix) => !denied.some((arn) => arn.endsWith(`/${prefix}*`)))
          .map((prefix) => `${place(role)}: writing ${prefix} is not denied`);
      }),

  'files of runs go under the environment’s own prefix': (model) =>
    everyGrant(model)
      .filter(({ statement }) => statement.Effect === 'Allow' && actionsOf(statement).includes('s3:PutObject'))
      .flatMap(({ role, statement }) =>
        (statement.Resource as unknown[])
          .map((arn) => resolve(arn, templateOf(model, role), 'test'))
          .filter((arn) => !arn.endsWith('}/test/*'))
          .map((arn) => `${place(role)}: writes ${arn}`),
      ),

  'the key is used only through services': (model) =>
    everyGrant(model)
      .filter(({ statement }) => actionsOf(statement).some((action) => action.startsWith('kms:')))
      .flatMap(({ role, statement }) =>
        at(statement.Condition, 'StringEquals.kms:ViaService') === undefined
          ? [`${place(role)}: ${statement.Sid}`]
          : [],
      ),

  'queues and topic let in our own rules and alarms alone': (model) =>
    [...resourcesOf(model, 'AWS::SQS::QueuePolicy'), ...resourcesOf(model, 'AWS::SNS::TopicPolicy')].flatMap((found) =>
      statementsOf(found.resource)
        .filter(({ Effect }) => Effect === 'Allow')
        .filter(
          ({ Principal, Condition }) =>
            at(Principal, 'Service') === undefined || findKey(Condition, 'aws:SourceArn').length === 0,
        )
        .map(({ Sid }) => `${place(found)}: ${Sid}`),
    ),
};

function everyGrant(model: Model): Array<{ role: Found; statement: Statement }> {
  return resourcesOf(model, 'AWS::IAM::Role').flatMap((role) =>
    statementsOf(role.resource.Properties.Policies).map((statement) => ({ role, statement })),
  );
}
