import type { Answer } from '../exchange.ts';

/** Returns the answer of a server that took a push and then rejected its ref: report-status in the side band
 *  (gitprotocol-pack, "Report Status"). An empty push, which git sends to try its credentials, is only acknowledged. */
export function rejection({ reason, remote }: { reason: string; remote: string }, request: Buffer): Answer {
  const ref = /^[0-9a-f]{4}[0-9a-f]{40} [0-9a-f]{40} ([^\0]+)\0/.exec(request.toString('utf8'))?.[1];
  const report = `${packet('unpack ok\n')}${packet(`ng ${ref} ${reason}\n`)}0000`;
  const words = remote === '' ? '' : packet(`\x02${remote}\n`);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-git-receive-pack-result' },
    body: ref === undefined ? '' : `${words}${packet(`\x01${report}`)}0000`,
  };
}

/** A pkt-line: four hexadecimal digits of length, and the text. */
function packet(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;
}
