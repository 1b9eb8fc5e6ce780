import type { GraphQlError } from './answer.ts';
import { isPrimaryLimit } from './answer.ts';
import { isLimitError } from './pace/request-size.ts';

type Path = readonly (string | number)[];

/** Errors below single members of an answer: each costs its own member, never the others. */
export interface Holes {
  /** Takes an error that belongs to one member; false for every other, and for limits, which are no member's fault. */
  take(error: GraphQlError): boolean;
  /** Why the member could not be read, undefined when it could. */
  reasonOf(member: string | number): string | undefined;
}

/** Makes the holes of one answer; `memberAt` says which member a path leads into, null for none. */
export function createHoles(memberAt: (path: Path) => string | number | null): Holes {
  const reasons = new Map<string | number, string>();
  return {
    take(error) {
      const member =
        error.path === undefined || isLimitError(error) || isPrimaryLimit(error) ? null : memberAt(error.path);
      if (member === null) return false;
      if (!reasons.has(member)) reasons.set(member, wordsOf(error));
      return true;
    },
    reasonOf: (member) => reasons.get(member),
  };
}

function wordsOf({ type, message, path, extensions }: GraphQlError): string {
  const remedy = extensions?.saml_failure ? ' Authorise the token for the single sign-on of that organisation.' : '';
  return `${message.slice(0, 500)}${remedy} (${type ?? 'ERROR'} at ${path?.at(-1)})`;
}
