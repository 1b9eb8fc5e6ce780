import { errorTexts, isRateLimited } from './answer.ts';

/** What GitHub's headers say about the hourly budget of the GraphQL API, in points. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly remainingPct: number;
  readonly resetAtMs: number | null;
}

/** Traffic so far: every attempt on the wire counts, retries included. */
export interface Traffic {
  requests: number;
  budget: Budget | null;
  /** Scopes of a classic token, as the answers name them; null for other tokens. */
  tokenScopes: readonly string[] | null;
}

/** Returns a fetch that sends GraphQL to its own address, gives up after `timeoutMs` for headers and body together,
 *  reads the whole body (a half one is a failed request, never an empty answer), and notes traffic and budget. */
export function createTransport(options: {
  apiUrl: string;
  graphqlUrl: string;
  timeoutMs: number;
  traffic: Traffic;
  onBudget?: (budget: Budget) => void;
}): typeof fetch {
  const { apiUrl, graphqlUrl, timeoutMs, traffic, onBudget } = options;
  return async (input, init) => {
    const url = String(input);
    const isGraphQl = url === `${apiUrl}/graphql`;
    traffic.requests += 1;
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await followMove(isGraphQl ? graphqlUrl : url, { ...init, signal });
    const body = await response.text();
    const scopes = response.headers.get('x-oauth-scopes');
    if (scopes !== null) traffic.tokenScopes = scopes.split(',').map((scope) => scope.trim());
    if (isGraphQl) {
      const budget = budgetOf(response.headers);
      if (budget !== null) {
        traffic.budget = budget;
        onBudget?.(budget);
      }
    }
    const bodyless = response.status === 204 || response.status === 205 || response.status === 304;
    const told = inOneWording(response, { body, isLocal: isLoopback(apiUrl) });
    return new Response(bodyless ? null : told.body, { status: told.status, headers: told.headers });
  };
}

/** A renamed repository answers with its new address: reads follow it (301), and what repeats its method (307, 308) is sent
 *  there again. A write is never turned into a read, as 301 and 302 would do. */
async function followMove(url: string, init: RequestInit): Promise<Response> {
  const isRead = init.method === undefined || init.method === 'GET' || init.method === 'HEAD';
  const response = await fetch(url, { ...init, redirect: isRead ? 'follow' : 'manual' });
  const target = response.headers.get('location');
  if (isRead || target === null || ![307, 308].includes(response.status)) return response;
  const moved = new URL(target, url);
  return moved.origin === new URL(url).origin ? fetch(moved, { ...init, redirect: 'manual' }) : response;
}

/** Seconds to wait after GitHub found that content comes too quickly: it names no time itself. */
const TOO_QUICKLY_SECONDS = { github: '20', thisMachine: '1' };

/** Returns whether an address is one of this machine, whose server waits for nobody else. */
export function isLoopback(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}

/** GitHub words its limits in several ways; here each has one. The secondary limit comes as 403, 429, or
 *  200 with an error text, and as a refusal of content that "was submitted too quickly" (cli/cli#4801); here it is at least a
 *  403. The hourly budget comes as RATE_LIMITED or RATE_LIMIT; here it is a 403 with nothing remaining. What stands in the data
 *  is not looked at: people write there. */
function inOneWording(
  { status, headers }: Response,
  { body, isLocal }: { body: string; isLocal: boolean },
): { status: number; headers: Headers; body: string } {
  const same = { status, headers, body };
  if (![200, 403, 422].includes(status) || !/"errors"\s*:|"message"\s*:/.test(body)) return same;
  const answer = parseJson(body);
  const said = errorTexts(answer);
  if (status === 200 && /\bsecondary rate limit\b/i.test(said)) return { ...same, status: 403 };
  const changed = new Headers(headers);
  if (/\bsubmitted too quickly\b/i.test(said)) {
    if (!changed.has('retry-after')) {
      changed.set('retry-after', isLocal ? TOO_QUICKLY_SECONDS.thisMachine : TOO_QUICKLY_SECONDS.github);
    }
    return { status: 403, headers: changed, body: TOO_QUICKLY };
  }
  if (!isRateLimited(answer)) return same;
  changed.set('x-ratelimit-remaining', '0');
  return { status: 403, headers: changed, body };
}

const TOO_QUICKLY = JSON.stringify({
  message: 'A secondary rate limit was reached: the content was submitted too quickly.',
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function budgetOf(headers: Headers): Budget | null {
  const limit = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
  const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (!(limit > 0) || !(remaining >= 0)) return null;
  const remainingPct = Math.round((1000 * Math.min(remaining, limit)) / limit) / 10;
  return { limit, remaining, remainingPct, resetAtMs: reset > 0 ? reset * 1000 : null };
}
