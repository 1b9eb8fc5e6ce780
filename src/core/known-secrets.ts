import type { Secrets } from './ports/settings.ts';
import type { Redact } from './redact.ts';
import { createRedactor, createSecretFinder } from './redact.ts';

/** The secret values that this process has read so far, and what keeps them from its output. */
export interface KnownSecrets {
  /** Returns the text without the values known now, and without what looks like a secret. */
  readonly redact: Redact;
  /** Tells whether a text contains one of the values known now, in any usual spelling. */
  readonly isSecretIn: (text: string) => boolean;
  /** Returns the same secrets; every value read through them is known from then on, also after a rotation. */
  watch(secrets: Secrets): Secrets;
}

/** Makes the memory of a process for secret values; it knows none at first. */
export function createKnownSecrets(): KnownSecrets {
  const values = new Set<string>();
  let redact = createRedactor([]);
  let isSecretIn = createSecretFinder([]);

  function remember(...read: readonly string[]): void {
    if (read.every((value) => values.has(value))) return;
    for (const value of read) values.add(value);
    redact = createRedactor([...values]);
    isSecretIn = createSecretFinder([...values]);
  }

  return {
    redact: (text) => redact(text),
    isSecretIn: (text) => isSecretIn(text),
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
    }),
  };
}
