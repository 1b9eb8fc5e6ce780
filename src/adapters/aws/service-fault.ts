/** Names of what AWS answers with status 400 when it wants fewer requests. */
const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|SlowDown/;

/** Returns whether a request failed by the fault of an AWS service, or of the way to it, after the SDK's own attempts: a server
 *  error, throttling, or no answer at all. Missing credentials are none. */
export function isServiceFault(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'CredentialsProviderError') return false;
  const metadata: unknown = Reflect.get(error, '$metadata');
  const status: unknown = metadata instanceof Object ? Reflect.get(metadata, 'httpStatusCode') : undefined;
  if (typeof status !== 'number') return isOfNetwork(error);
  return status >= 500 || status === 429 || THROTTLED.test(error.name);
}

/** By Node's codes, which the SDK hands on, and its own time-out. */
function isOfNetwork(error: Error): boolean {
  const code: unknown = Reflect.get(error, 'code');
  return error.name === 'TimeoutError' || (typeof code === 'string' && /^(?:E[A-Z]+|ERR_[A-Z_]+)$/.test(code));
}
