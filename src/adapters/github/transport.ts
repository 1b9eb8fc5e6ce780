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
    const response = await fetch(isGraphQl ? graphqlUrl : url, { ...init, signal });
    const body = await response.text();
    if (isGraphQl) {
      const budget = budgetOf(response.headers);
      if (budget !== null) {
        traffic.budget = budget;
        onBudget?.(budget);
      }
    }
    const bodyless = response.status === 204 || response.status === 205 || response.status === 304;
    return new Response(bodyless ? null : body, { status: statusOf(response, body), headers: response.headers });
  };
}

/** GitHub reports its secondary limit as 403, 429, or 200 with an error text; here it is always at least a 403, which
 *  is what octokit's throttling looks at. */
function statusOf(response: Response, body: string): number {
  if (response.status !== 200 || body.length > 10_000) return response.status;
  return /"errors"\s*:/.test(body) && /\bsecondary rate limit\b/i.test(body) ? 403 : 200;
}

function budgetOf(headers: Headers): Budget | null {
  const limit = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
  const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (!(limit > 0) || !(remaining >= 0)) return null;
  const remainingPct = Math.round((1000 * Math.min(remaining, limit)) / limit) / 10;
  return { limit, remaining, remainingPct, resetAtMs: reset > 0 ? reset * 1000 : null };
}
