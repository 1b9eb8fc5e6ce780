import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CERTIFICATE_VARIABLES, PROXY_VARIABLES } from '../adapters/process/machine-variables.ts';
import { errorMessage } from '../core/errors.ts';
import { type Check, failed, passed } from '../core/setup/check.ts';

type Env = Readonly<Record<string, string | undefined>>;

const NAME = 'proxy and certificates';

/** Looks whether the variables that lead to the network name what is there: addresses of proxies, files and folders of certificates. One check
 *  per variable that does not. Values of proxies may hold a password, so that they are not shown. */
export function checkNetwork(env: Env): Check[] {
  const proxies = PROXY_VARIABLES.filter((name) => env[name]);
  const authorities = CERTIFICATE_VARIABLES.filter((name) => env[name]);
  const problems = [
    ...proxies
      .filter((name) => !/^no_proxy$/i.test(name) && !isAddress(env[name]))
      .map((name) => `${name} is no address of a proxy`),
    ...authorities.flatMap((name) => problemOf(name, env[name] ?? '')),
  ];
  const set = [...proxies, ...authorities];
  if (problems.length === 0)
    return [passed(NAME, set.length === 0 ? 'none set: requests go out directly' : `set: ${set.join(', ')}`)];
  const remedy = 'Correct that variable in this shell, or unset it.';
  return problems.map((detail) => failed(NAME, { detail, remedy }));
}

/** `host:port` alone is taken as well, as curl does. */
function isAddress(value = ''): boolean {
  const address = /^[a-z0-9]+:\/\//i.test(value) ? value : `http://${value}`;
  return URL.canParse(address) && /^(?:https?|socks\w*):$/.test(new URL(address).protocol);
}

/** OpenSSL and git take a list of folders. */
function problemOf(name: string, value: string): string[] {
  const isFolder = /_(?:DIR|CAPATH)$/.test(name);
  return (isFolder ? value.split(path.delimiter) : [value]).flatMap((place) => {
    try {
      const isRight = isFolder ? statSync(place).isDirectory() : hasCertificate(place);
      return isRight
        ? []
        : [`${name} names ${place}, ${isFolder ? 'which is no folder' : 'in which there is no certificate'}`];
    } catch (error) {
      return [`${name} names ${place}, which cannot be used: ${errorMessage(error)}`];
    }
  });
}

/** Throws for a certificate that is damaged. */
function hasCertificate(file: string): boolean {
  const [first] =
    /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/.exec(
      readFileSync(file, 'utf8'),
    ) ?? [];
  return first !== undefined && new X509Certificate(first).subject !== undefined;
}
