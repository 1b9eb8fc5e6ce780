import http from 'node:http';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import { PROXY_VARIABLES } from './machine-variables.ts';

/** Sends this process's own requests (fetch, node:http and node:https) through the proxies that the environment names, except to
 *  this machine and NO_PROXY; does nothing where it names none. Returns what undoes it. Needs Node 24.14. Throws
 *  CONFIG_INVALID. */
export function useMachineProxy(env: Readonly<Record<string, string | undefined>>): () => void {
  if (!PROXY_VARIABLES.some((name) => !/^no_proxy$/i.test(name) && env[name])) return () => {};
  const all = env.ALL_PROXY ?? env.all_proxy;
  const pick = (name: string) => env[name.toLowerCase()] || env[name];
  const proxyEnv = {
    HTTP_PROXY: pick('HTTP_PROXY') ?? all,
    HTTPS_PROXY: pick('HTTPS_PROXY') ?? all,
    NO_PROXY: [pick('NO_PROXY'), '127.0.0.1', 'localhost', '::1'].filter(Boolean).join(','),
  };
  try {
    return http.setGlobalProxyFromEnv(proxyEnv);
  } catch (error) {
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: 'A proxy of this machine cannot be used (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY).',
      why: errorMessage(error),
      remedy: 'Give its address as http://HOST:PORT.',
      cause: error,
    });
  }
}
