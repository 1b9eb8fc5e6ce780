import { createHash } from 'node:crypto';
import type { FoundSecret } from '../../../../src/core/gates/secrets/found-secret.ts';
import { createSecretStream } from '../../../../src/core/gates/secrets/secret-windows.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** Returns what has the shape of a secret among these files, and stands in none of those before. */
export function addedSecrets({ added, before }: { added: Files; before: Files }): FoundSecret[] {
  const found = [...added].flatMap(([path, bytes]) => secretsOf(path, bytes).map((one) => ({ ...one, path })));
  if (found.length === 0) return [];
  const known = new Set([...before].flatMap(([path, bytes]) => secretsOf(path, bytes).map(({ text }) => text)));
  return found
    .filter(({ text }) => !known.has(text))
    .map(({ text, ...place }) => ({ ...place, sha256: createHash('sha256').update(text).digest('hex') }));
}

function secretsOf(path: string, bytes: Uint8Array) {
  const stream = createSecretStream(path);
  stream.feed(bytes);
  return stream.end();
}
