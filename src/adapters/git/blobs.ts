import type { Git } from './git-process.ts';

/** Streams the contents of objects through `onPart`, in order, without holding one in memory. Throws GIT_FAILED, and when an
 *  object is not there. */
export async function streamObjects(
  git: Git,
  { ids, onPart }: { ids: readonly string[]; onPart: (index: number, part: Buffer) => void },
): Promise<void> {
  if (ids.length === 0) return;
  const stream = git.start(['cat-file', '--batch']);
  stream.stdin.end(ids.map((id) => `${id}\n`).join(''));
  let index = 0;
  let left = 0;
  let header: Buffer = Buffer.alloc(0);
  let inContent = false;
  try {
    for await (const chunk of stream.stdout) {
      let rest: Buffer = chunk;
      while (rest.length > 0) {
        if (inContent) {
          const part = rest.subarray(0, Math.min(left, rest.length));
          if (part.length > 0) onPart(index, part);
          left -= part.length;
          rest = rest.subarray(part.length);
          if (left > 0 || rest.length === 0) continue;
          rest = rest.subarray(1);
          inContent = false;
          index += 1;
        } else {
          const end = rest.indexOf('\n');
          header = Buffer.concat([header, end === -1 ? rest : rest.subarray(0, end)]);
          rest = end === -1 ? Buffer.alloc(0) : rest.subarray(end + 1);
          if (end === -1) continue;
          left = sizeOf(header.toString('latin1'), ids[index]);
          header = Buffer.alloc(0);
          inContent = true;
        }
      }
    }
    await stream.ended;
  } finally {
    stream.stop();
  }
  if (index !== ids.length) throw new Error(`git gave ${index} of ${ids.length} objects.`);
}

/** `ID TYPE SIZE` */
function sizeOf(header: string, id: string | undefined): number {
  const [, found, size] = /^([0-9a-f]+) (?:blob|commit|tree|tag) (\d+)$/.exec(header) ?? [];
  if (found === undefined || found !== id) throw new Error(`git has no object ${id}: ${header}`);
  return Number(size);
}
