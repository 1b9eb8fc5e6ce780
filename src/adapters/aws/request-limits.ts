import https from 'node:https';

const CONNECTION_MS = 3_000;

/** Returns settings of SDK clients whose requests are small: 3 attempts of at most `requestTimeout` milliseconds each, since
 *  the SDK itself would wait for ever. */
export function requestLimits({ requestTimeout = 10_000 } = {}) {
  return {
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: CONNECTION_MS,
      requestTimeout,
      // Without it a request that takes too long is only warned about.
      throwOnRequestTimeout: true,
      ...machineProxies(),
    },
  };
}

/** Returns the same for clients that send or fetch files of some hundred megabytes. */
export function transferLimits() {
  return requestLimits({ requestTimeout: 300_000 });
}

/** The SDK knows no proxy, and makes agents of its own from these options. Node's global agent has the machine's proxies
 *  once its network is in use, which replaces it: so it is read when a client is made. */
function machineProxies() {
  const { proxyEnv } = https.globalAgent.options;
  return { httpAgent: { proxyEnv }, httpsAgent: { proxyEnv } };
}
