import * as z from 'zod';
import type { FoundSecret } from './found-secret.ts';

/** What is no secret: one text (by its SHA-256) that one rule finds at one path. */
export type SecretException = Pick<FoundSecret, 'rule' | 'path' | 'sha256'>;

/** What the rules say about secrets. */
export interface SecretSettings {
  readonly allow: readonly SecretException[];
}

const SHAPE = 'must be a list of entries with rule, path and sha256';
const Text = z.string('must be a text').min(1, 'must not be empty').max(500, 'must have at most 500 characters');

/** `secrets` of the repository file. */
export const SecretsField = z.strictObject(
  {
    allow: z
      .array(
        z.strictObject(
          {
            rule: Text,
            path: Text,
            sha256: z.string('must be a text in quotes').regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
          },
          'must contain rule, path and sha256',
        ),
        SHAPE,
      )
      .max(200, 'must have at most 200 entries'),
  },
  'must contain allow',
);
