import type { ShownError } from './graphql/errors.ts';
import { isJsonObject } from './json-object.ts';
import type { RefusalName } from './refusals.ts';

export type Fault =
  | { readonly kind: 'http502' }
  /** HTTP 200 with an error of type RATE_LIMITED and an empty budget (403 for REST). */
  | { readonly kind: 'rateLimited'; readonly resetInSeconds: number }
  /** HTTP 403 with retry-after: the secondary limit. */
  | { readonly kind: 'secondaryLimit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'slow'; readonly ms: number }
  /** One place of the data is null and an error beside the data says why. */
  | { readonly kind: 'partialData'; readonly path: readonly (string | number)[]; readonly type?: string }
  /** The effect happens, the connection ends before the answer. */
  | { readonly kind: 'dropAfterEffect' }
  /** API alone: the effect happens, the connection ends in the middle of the answer's body. */
  | { readonly kind: 'dropInBody' }
  /** API alone: GitHub refuses by the named rule, before any effect. */
  | { readonly kind: 'refusal'; readonly name: RefusalName }
  | { readonly kind: 'unauthorized' }
  /** Git alone: the server's hook refuses the push with this text. */
  | { readonly kind: 'refusePush'; readonly message: string }
  /** Git alone: this answer stands in the place of the real one, before any effect. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Git alone: the connection is reset before any effect. */
  | { readonly kind: 'reset' }
  /** Git alone: no answer comes, and the connection stays. */
  | { readonly kind: 'hang' }
  /** Git alone: the effect happens; the connection ends after so many bytes of the answer's body. */
  | { readonly kind: 'cutBody'; readonly afterBytes: number }
  /** Git alone: a push is rejected with this reason and these words; git/refusals.ts has those of GitHub. */
  | { readonly kind: 'rejectRef'; readonly reason: string; readonly remote: string }
  /** Something happens at the worst moment: just before the request is handled. */
  | { readonly kind: 'before'; readonly run: () => Promise<void> | void };

/** All given parts must match; an empty matcher takes every API and git request. `skip` makes it the n-th request: git asks a service
 *  with GET for its refs, first without its credentials, and then with POST. */
export interface Matcher {
  /** GraphQL operation name. */
  readonly operation?: string | RegExp;
  readonly method?: string;
  readonly path?: RegExp;
  readonly git?: 'upload-pack' | 'receive-pack';
  /** Lets so many matching requests pass first; 0 by default. */
  readonly skip?: number;
  /** How many requests it applies to; 1 by default. */
  readonly times?: number;
}

export interface FaultSubject {
  readonly kind: 'graphql' | 'rest' | 'git' | 'page';
  readonly method: string;
  readonly path: string;
  readonly operation: string | null;
  readonly gitService: string | null;
}

/** What goes wrong, for which request, how often. */
export class Faults {
  /** Answers like an old GitHub Enterprise Server, whose board items take no filter. */
  noItemsQuery = false;
  readonly #queue: { matcher: Matcher; fault: Fault; skip: number; left: number }[] = [];

  /** Queues a fault for the next matching requests. */
  next(matcher: Matcher, fault: Fault): void {
    this.#queue.push({ matcher, fault, skip: matcher.skip ?? 0, left: matcher.times ?? 1 });
  }

  /** Forgets every queued fault. */
  clear(): void {
    this.#queue.length = 0;
    this.noItemsQuery = false;
  }

  /** Number of faults that have not been used yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** The faults that apply to this request, in the order in which they were queued; it uses them up. */
  take(subject: FaultSubject): Fault[] {
    const applied: Fault[] = [];
    for (const entry of this.#queue.filter(
      ({ matcher, fault }) => isMatch(matcher, subject) && canApply(fault, subject),
    )) {
      if (entry.skip > 0) entry.skip -= 1;
      else {
        entry.left -= 1;
        applied.push(entry.fault);
        if (entry.left <= 0) this.#queue.splice(this.#queue.indexOf(entry), 1);
        if (entry.fault.kind !== 'before' && entry.fault.kind !== 'slow') break;
      }
    }
    return applied;
  }
}

/** Puts null at a place of the data and the error beside it. */
export function applyPartialData(
  answer: { data?: unknown; errors?: ShownError[] },
  fault: Extract<Fault, { kind: 'partialData' }>,
): void {
  const { path, type = 'FORBIDDEN' } = fault;
  let parent: unknown = answer.data;
  for (const key of path.slice(0, -1)) parent = isContainer(parent) ? parent[key] : undefined;
  const last = path.at(-1);
  if (!isContainer(parent) || last === undefined || !(last in parent)) {
    throw new Error(`partialData: the answer has nothing at ${path.join('.')}`);
  }
  parent[last] = null;
  answer.errors = [...(answer.errors ?? []), { type, path, message: 'Resource not accessible by integration' }];
}

/** An object or an array: both are indexed by the keys of a path. */
function isContainer(value: unknown): value is Record<string | number, unknown> {
  return isJsonObject(value) || Array.isArray(value);
}

/** A push has its effect in its second request; the first one only asks for the branches. */
const NEEDS_EFFECT = new Set<Fault['kind']>(['dropAfterEffect', 'refusePush', 'rejectRef']);
const API_ALONE = new Set<Fault['kind']>(['dropInBody', 'refusal']);
const GIT_ALONE = new Set<Fault['kind']>(['refusePush', 'rejectRef', 'status', 'reset', 'hang', 'cutBody']);

function canApply({ kind }: Fault, subject: FaultSubject): boolean {
  if (subject.kind === 'git') return !API_ALONE.has(kind) && !(subject.method === 'GET' && NEEDS_EFFECT.has(kind));
  return !GIT_ALONE.has(kind) && (kind !== 'partialData' || subject.kind === 'graphql');
}

function isMatch({ operation, method, path, git }: Matcher, subject: FaultSubject): boolean {
  if (subject.kind === 'page') return false;
  if (operation !== undefined && (subject.kind !== 'graphql' || !matchesText(operation, subject.operation ?? '')))
    return false;
  if (git !== undefined && subject.gitService !== `git-${git}`) return false;
  if (method !== undefined && subject.method !== method) return false;
  return path === undefined || path.test(subject.path);
}

function matchesText(pattern: string | RegExp, text: string): boolean {
  return typeof pattern === 'string' ? pattern === text : pattern.test(text);
}
