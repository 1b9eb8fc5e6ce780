import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'node:tls';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import { PROXY_VARIABLES } from './machine-variables.ts';
import { noProxyForNode } from './no-proxy.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Sends this process's own requests (fetch, node:http and node:https) through the proxies that the environment names, except to
 *  this machine and NO_PROXY, and trusts the authorities in SSL_CERT_FILE, as git and curl do; Node reads NODE_EXTRA_CA_CERTS
 *  by itself. Returns what undoes the proxies. Needs Node 24.14. Throws CONFIG_INVALID. */
export function useMachineNetwork(env: Env): () => void {
  addAuthorities(env);
  return useProxies(env);
}

function addAuthorities({ SSL_CERT_FILE: file }: Env): void {
  if (!file) return;
  try {
    const text = readFileSync(file, 'utf8');
    // Node takes a text without any for none.
    if (!/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(text)) throw new Error('It contains no certificate.');
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), text]);
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

function useProxies(env: Env): () => void {
  if (!PROXY_VARIABLES.some((name) => !/^no_proxy$/i.test(name) && env[name])) return () => {};
  const all = env.ALL_PROXY ?? env.all_proxy;
  const pick = (name: string) => env[name.toLowerCase()] || env[name];
  const proxyEnv = {
    HTTP_PROXY: pick('HTTP_PROXY') ?? all,
    HTTPS_PROXY: pick('HTTPS_PROXY') ?? all,
    NO_PROXY: noProxyForNode(pick('NO_PROXY')),
  };
  const socks = [proxyEnv.HTTP_PROXY, proxyEnv.HTTPS_PROXY].map((url) => /^socks\w*(?=:)/i.exec(url ?? '')?.[0]);
  for (const scheme of socks) if (scheme !== undefined) throw socksRefused(scheme);
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

/** Node's own support is an experiment that warns on each use. */
function socksRefused(scheme: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what: `A proxy of this machine speaks ${scheme}, which is not supported (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY).`,
    remedy:
      'Set HTTP_PROXY and HTTPS_PROXY to http://HOST:PORT of a proxy that speaks HTTP; git and curl may keep ALL_PROXY.',
  });
}
