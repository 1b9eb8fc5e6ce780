import { isIP, isIPv4 } from 'node:net';

/** Where a machine asks for its own role and its credentials; no proxy can answer for it. */
const LINK_LOCAL = ['169.254.169.254', '169.254.170.2', '169.254.170.23'];
const THIS_MACHINE = ['127.0.0.1', 'localhost', '::1'];

/** Returns NO_PROXY as Node reads it, for what curl and git take it to mean: entries may be parted by spaces, a name stands for
 *  its subdomains too, and addresses may come as a block (https://curl.se/docs/manpage.html, NO_PROXY). */
export function noProxyForNode(noProxy: string | undefined): string {
  const entries = (noProxy ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  return [...entries.flatMap(formsOf), ...THIS_MACHINE, ...LINK_LOCAL].join(',');
}

/** Returns NO_PROXY as the JVM reads it (`http.nonProxyHosts`): a star stands for any start or end of a name. Blocks of addresses that
 *  do not end at a dot have no such form, and are left out. */
export function nonProxyHosts(noProxy: string): string {
  const parts = noProxy.split(/[\s,]+/).map((entry) => entry.replace(/:\d+$/, ''));
  const entries = parts.filter((entry) => /^[\w.*-]+(?:\/\d+)?$/.test(entry));
  return [...new Set([...entries.flatMap(javaFormsOf), 'localhost', '127.*', '[::1]'])].join('|');
}

const WHOLE_PARTS: Readonly<Record<string, number>> = { 8: 1, 16: 2, 24: 3 };

function javaFormsOf(entry: string): string[] {
  const [address = '', bits] = entry.split('/');
  if (bits !== undefined) {
    const parts = WHOLE_PARTS[bits];
    return isIPv4(address) && parts !== undefined ? [`${address.split('.').slice(0, parts).join('.')}.*`] : [];
  }
  if (isIPv4(entry) || entry.includes('*')) return [entry];
  const name = entry.replace(/^\.|\.$/g, '');
  return entry.startsWith('.') ? [`*.${name}`] : [name, `*.${name}`];
}

function formsOf(entry: string): string[] {
  const [address = '', bits] = entry.split('/');
  if (bits !== undefined) return isIPv4(address) && /^\d{1,2}$/.test(bits) ? [rangeOf(address, Number(bits))] : [];
  const name = entry.replace(/\.$/, '');
  const isName = isIP(name) === 0 && !name.includes('*') && !name.includes(':') && !name.startsWith('.');
  return isName ? [name, `.${name}`] : [name];
}

/** First and last address of a block, as Node writes a range. */
function rangeOf(address: string, bits: number): string {
  const size = 2 ** (32 - Math.min(32, bits));
  const first = Math.floor(numberOf(address) / size) * size;
  return `${addressOf(first)}-${addressOf(first + size - 1)}`;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
