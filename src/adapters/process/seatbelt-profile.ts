/** Services of macOS that hand out secrets or start programs outside. */
const CLOSED_SERVICES = [
  'com.apple.SecurityServer',
  'com.apple.securityd',
  'com.apple.securityd.xpc',
  'com.apple.pasteboard.1',
  'com.apple.coreservices.launchservicesd',
];
const DEVICES = ['/dev/null', '/dev/zero', '/dev/tty', '/dev/dtracehelper'];

export interface SeatbeltView {
  readonly homes: readonly string[];
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/** Returns the text of a sandbox-exec profile (macOS): homes hidden but for tools, nothing written outside of the run's
 *  folders, no unix socket, keychain or signal outside. Of the rules that apply the last one counts. Throws for a path
 *  that such a text cannot hold. */
export function seatbeltProfile({ homes, readable, writable }: SeatbeltView): string {
  const below = (paths: readonly string[]) => paths.map((path) => `(subpath ${quote(path)})`).join(' ');
  const rules = [
    '(version 1)',
    '(allow default)',
    `(deny file-read* ${below([...homes, '/Users', '/Volumes', '/private/var/root'])})`,
    // Programs look at each folder above their own.
    `(allow file-read-metadata ${below(['/Users'])})`,
    '(deny file-write*)',
    `(allow file-write* ${below([...writable, '/dev/fd'])} ${DEVICES.map((path) => `(literal ${quote(path)})`).join(' ')})`,
    `(allow file-read* ${below([...readable, ...writable])})`,
    '(deny network-outbound (remote unix-socket))',
    '(allow network-outbound (literal "/private/var/run/mDNSResponder"))',
    `(allow network-outbound ${below(writable)})`,
    '(deny process-info* (target others))',
    '(deny signal (target others))',
    '(allow process-info* signal (target same-sandbox))',
    `(deny mach-lookup ${CLOSED_SERVICES.map((name) => `(global-name ${quote(name)})`).join(' ')})`,
  ];
  return `${rules.join('\n')}\n`;
}

function quote(text: string): string {
  if (/[\p{Cc}]/u.test(text)) throw new Error(`A sandbox profile cannot name ${JSON.stringify(text)}.`);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
