import { grantsAccess } from './resource-kinds.ts';
import type { AccessBeforeAndAfter } from './review-rules.ts';

/** Returns whether anybody may do more after than before: an allowance, or a place where one holds, that was not there; or a denial or
 *  limit that is no longer there. Allowances are compared as texts: what is allowed in other words is for a person to judge. */
export function grantsMore({ type, before, after }: AccessBeforeAndAfter): boolean {
  const [was, willBe] = [readGrants(type, before), readGrants(type, after)];
  if (!isWithin(willBe.allowed, was.allowed) || !isWithin(willBe.places, was.places)) return true;
  // Where a denial goes, or from a place that it held for, more is allowed.
  return !isWithin(was.denied, willBe.denied) || (was.denied.size > 0 && !isWithin(was.places, willBe.places));
}

interface Grants {
  readonly allowed: Set<string>;
  readonly denied: Set<string>;
  /** Whom and what a policy is for. */
  readonly places: Set<string>;
}

/** Say nothing about what may be done. */
const WORDS = /^(?:Description|Tags|PolicyName|Path|MaxSessionDuration|Version|Id|Sid)$/;
/** Lend a role, or open something to everybody, in a resource that is no policy itself. */
const LENDS = /Role(?:Arn)?s?$|^(?:AccessControl|AuthType|Visibility|BypassPolicyLockoutSafetyCheck)$/;
/** A policy that is not written as an object: as text, or known only after the deployment. */
const POLICY = /^(?:Key|Resource|Repository|AssumeRole)?Policy(?:Document|Text)?$|^ResourcePolicyDocument$/;
/** Limit what others allow: gone, or another value, is more. */
const LIMITS = /^(?:PublicAccessBlockConfiguration|PermissionsBoundary)$/;

function readGrants(type: string, properties: Readonly<Record<string, unknown>>): Grants {
  const grants: Grants = { allowed: new Set(), denied: new Set(), places: new Set() };
  // Of a permission every property narrows the others.
  if (/Permissions?$/.test(type) && Object.keys(properties).length > 0) grants.allowed.add(canonical(properties));
  else visit(properties, { at: '', isGrant: grantsAccess(type, ''), grants });
  return grants;
}

interface Place {
  /** Names of the properties that lead here; lists add nothing. */
  readonly at: string;
  readonly isGrant: boolean;
  readonly grants: Grants;
}

function visit(value: unknown, place: Place): void {
  const name = nameAt(place);
  if (WORDS.test(name)) return;
  if (LIMITS.test(name)) addLimits(value, place);
  else if (Array.isArray(value)) for (const one of value) visit(one, place);
  else visitOne(isRecord(value) ? value : (parsePolicy(value) ?? value), place);
}

function visitOne(value: unknown, place: Place): void {
  const { at, isGrant, grants } = place;
  const name = nameAt(place);
  if (!isRecord(value) || LENDS.test(name)) {
    const counts = isGrant || LENDS.test(name) || POLICY.test(name);
    if (counts && value !== undefined && value !== null) grants.places.add(`${at}: ${canonical(value)}`);
  } else if ('Statement' in value) addStatements(value.Statement, place);
  else for (const [key, inner] of Object.entries(value)) visit(inner, { at: `${at}/${key}`, isGrant, grants });
}

function nameAt({ at }: Place): string {
  return at.slice(at.lastIndexOf('/') + 1);
}

function addStatements(value: unknown, { at, grants }: Place): void {
  for (const statement of Array.isArray(value) ? value : [value]) {
    const isDenial = isRecord(statement) && statement.Effect === 'Deny';
    grants[isDenial ? 'denied' : 'allowed'].add(`${at}: ${canonical(statement)}`);
  }
}

function addLimits(value: unknown, { at, grants }: Place): void {
  if (!isRecord(value)) grants.denied.add(`${at}: ${canonical(value)}`);
  else
    for (const [key, inner] of Object.entries(value))
      if (inner !== false && inner !== 'false') grants.denied.add(`${at}/${key}: ${canonical(inner)}`);
}

/** Policies of logs and of registry types may be texts. */
function parsePolicy(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'string' || !value.includes('Statement')) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) && 'Statement' in parsed ? parsed : null;
  } catch {
    return null;
  }
}

/** JSON without the order of keys, single items of lists, and names of statements. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (Array.isArray(inner) && inner.length === 1) return inner[0];
    if (!isRecord(inner)) return inner;
    const entries = Object.entries(inner).filter(([key]) => key !== 'Sid' && key !== 'Tags');
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((one) => all.has(one));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
