import { graphQlErrorsOf, isLostAnswer } from '../failure.ts';

/** How much is asked for in one request, found by trial: halved when GitHub cannot answer so much, doubled after a good
 *  answer, never again up to a size that was too much. */
export interface RequestSize {
  /** The size of the next request, 1 or more. */
  current(): number;
  answered(): void;
  /** Returns whether a smaller request may be answered where this one failed. */
  failed(error: unknown): boolean;
}

/** Makes a size that begins with `largest` and stays at or below it. */
export function createRequestSize(largest: number): RequestSize {
  let size = largest;
  let ceiling = largest;
  const lost = new Set<number>();
  return {
    current: () => size,
    answered: () => {
      size = Math.min(ceiling, size * 2);
    },
    failed(error) {
      const isLimit = isTooMuch(error);
      if (size === 1 || !(isLimit || isLostAnswer(error))) return false;
      const half = Math.floor(size / 2);
      // A lost answer may be an outage; a size that gets none twice is too large.
      if (isLimit || lost.has(size)) ceiling = Math.min(ceiling, half);
      lost.add(size);
      size = half;
      return true;
    },
  };
}

/** Returns whether GitHub says that a request asked for more than it will compute. `RESOURCE_LIMITS_EXCEEDED` may come
 *  beside a part of the data: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
export function isTooMuch(error: unknown): boolean {
  return graphQlErrorsOf(error).some(isLimitError);
}

/** Returns whether an error beside the data says so. */
export function isLimitError({
  type,
  message,
}: {
  readonly type?: string | undefined;
  readonly message: string;
}): boolean {
  return /^(RESOURCE_LIMITS_EXCEEDED|MAX_NODE_LIMIT_EXCEEDED)$/.test(type ?? '') || LIMIT_WORDS.test(message);
}

const LIMIT_WORDS = /resource limits|exceeds the maximum limit|\btimed?[ -]?out\b/i;

/** Sends requests of the current size, smaller ones where GitHub cannot answer so much. Throws the last failure. */
export async function inRequestsOf<T>(size: RequestSize, send: (size: number) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const answer = await send(size.current());
      size.answered();
      return answer;
    } catch (error) {
      if (!size.failed(error)) throw error;
    }
  }
}
