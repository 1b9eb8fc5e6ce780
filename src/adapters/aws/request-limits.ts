/** Settings of SDK clients whose requests are small: 3 attempts of at most 10 s each, since the SDK itself would wait for
 *  ever. Without throwOnRequestTimeout a request that takes too long is only warned about. */
export const REQUEST_LIMITS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** The same for clients that send or fetch files of some hundred megabytes. */
export const TRANSFER_LIMITS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 300_000, throwOnRequestTimeout: true },
} as const;
