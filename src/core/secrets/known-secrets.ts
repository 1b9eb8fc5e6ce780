import type { Secrets } from '../ports/settings.ts';
import type { Redact } from './redact.ts';
import { createRedactor } from './redact.ts';

/** The secret values that this process has read so far, and what keeps them from its output. */
export interface KnownSecrets {
  /** Returns the text without the values known now, and without what looks like a secret. */
  readonly redact: Redact;
  /** Returns the values known now. */
  values(): readonly string[];
  /** Makes a value known that was not read through `watch`. */
  remember(...read: readonly string[]): void;
  /** Returns the same secrets; every value read through them is known from then on, also after a rotation. */
  watch(secrets: Secrets): Secrets;
}

/** Makes the memory of a process for secret values, which knows these at first: those of the machine's proxies. */
export function createKnownSecrets(atFirst: readonly string[] = []): KnownSecrets {
  const values = new Set<string>(atFirst);
  // Made when it is asked for next.
  let redact: Redact | null = null;

  function remember(...read: readonly string[]): void {
    if (read.every((value) => values.has(value))) return;
    for (const value of read) values.add(value);
    redact = null;
  }

  return {
    redact(text) {
      redact ??= createRedactor([...values]);
      return redact(text);
    },
    values: () => [...values],
    remember,
    watch: (secrets) => ({
      async githubToken() {
        const token = await secrets.githubToken();
        remember(token);
        return token;
      },
      async gitCredentials() {
        const credentials = await secrets.gitCredentials();
        remember(credentials.password, `${credentials.username}:${credentials.password}`);
        return credentials;
      },
      async kiroApiKey() {
        const key = await secrets.kiroApiKey();
        remember(key);
        return key;
      },
      async agentKey() {
        const key = await secrets.agentKey();
        remember(key);
        return key;
      },
    }),
  };
}
