import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'node:tls';
import { errorMessage, WorkerError } from '../core/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Servers of this machine (the local GitHub) are never behind a proxy. */
const THIS_MACHINE = ['127.0.0.1', 'localhost', '::1'];

let isDone = false;

/** Makes all requests of this process use the proxies and certificate authorities that the environment names, as git and curl
 *  do: HTTP(S)_PROXY, NO_PROXY and SSL_CERT_FILE; Node reads NODE_EXTRA_CA_CERTS by itself. Throws CONFIG_INVALID. */
export function useNetworkSettings(env: Env): void {
  if (isDone) return;
  addAuthorities(env);
  useProxies(env);
  isDone = true;
}

function addAuthorities({ SSL_CERT_FILE: file }: Env): void {
  if (!file) return;
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')]);
  } catch (error) {
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: `The file of certificates in SSL_CERT_FILE cannot be used: ${JSON.stringify(file)}.`,
      why: errorMessage(error),
      remedy: 'Name a readable PEM file, or unset the variable.',
      cause: error,
    });
  }
}

function useProxies(env: Env): void {
  const named = (name: string) => env[name.toLowerCase()] || env[name];
  const [httpProxy, httpsProxy, exceptions] = [named('HTTP_PROXY'), named('HTTPS_PROXY'), named('NO_PROXY')];
  for (const proxy of [httpProxy, httpsProxy]) {
    if (!proxy || /^https?:$/.test(URL.parse(proxy)?.protocol ?? '')) continue;
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: 'The address in HTTP_PROXY or HTTPS_PROXY is no http:// or https:// address.',
      remedy: 'Write it as http://HOST:PORT, or unset the variable.',
    });
  }
  if (!httpProxy && !httpsProxy) return;
  http.setGlobalProxyFromEnv({
    ...(httpProxy ? { HTTP_PROXY: httpProxy } : {}),
    ...(httpsProxy ? { HTTPS_PROXY: httpsProxy } : {}),
    NO_PROXY: [exceptions ?? '', ...THIS_MACHINE].filter((part) => part !== '').join(','),
  });
}
