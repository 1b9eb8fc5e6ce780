import type { Intrinsic, Value } from './intrinsics.ts';

/** An IAM action; a wildcard in one is refused by the checks of synth. */
export type Action = `${string}:${string}`;

export interface Grant {
  readonly sid: string;
  readonly effect?: 'Allow' | 'Deny';
  readonly actions: readonly [Action, ...Action[]];
  /** ARNs; '*' only with `wildcardBecause`. */
  readonly resources: readonly [Value<string>, ...Value<string>[]];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What the code does with it, for docs/iam-permissions.md. */
  readonly why: string;
  /** Why AWS leaves no narrower resource. */
  readonly wildcardBecause?: string;
}

/** A statement of a resource's own policy (bucket, queue, topic, key). */
export interface ResourceGrant {
  readonly sid: string;
  readonly effect?: 'Allow' | 'Deny';
  readonly principal:
    | Readonly<Record<'Service' | 'AWS', Value<string>>>
    | { Service: Value<string> }
    | { AWS: Value<string> };
  readonly actions: readonly [Action, ...Action[]];
  readonly resources: readonly [Value<string>, ...Value<string>[]];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Returns the statement that refuses these actions to everybody whose request does not come over TLS. */
export function onlyOverTls({ actions, resources }: Pick<ResourceGrant, 'actions' | 'resources'>): ResourceGrant {
  return {
    sid: 'OnlyOverTls',
    effect: 'Deny',
    principal: { AWS: '*' },
    actions,
    resources,
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

/** Returns the policy document of a role. */
export function policyOf(grants: readonly Grant[]): PolicyDocument {
  return documentOf(
    grants.map(({ sid, effect = 'Allow', actions, resources, conditions }) => ({
      Sid: sid,
      Effect: effect,
      Action: actions,
      Resource: resources,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  );
}

/** Returns the policy document of a bucket, queue, topic or key. */
export function resourcePolicyOf(grants: readonly ResourceGrant[]): PolicyDocument {
  return documentOf(
    grants.map(({ sid, effect = 'Allow', principal, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: effect,
      Principal: principal,
      Action: actions,
      Resource: resources,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  );
}

/** Returns the trust policy of a role for one service, for this account alone where the service says for whom it asks. */
export function trustOf(service: string, sourceAccount?: Intrinsic): PolicyDocument {
  return documentOf([
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      ...(sourceAccount === undefined ? {} : { Condition: { StringEquals: { 'aws:SourceAccount': sourceAccount } } }),
    },
  ]);
}

function documentOf(statements: ReadonlyArray<Readonly<Record<string, unknown>>>): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}
