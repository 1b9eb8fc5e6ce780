import { REPOSITORY_FILE } from '../../names.ts';

/** Rules of findings about secrets in what a run would push. */
export const SECRET_RULES = {
  'secrets/found': {
    severity: 'error',
    meaning: 'A commit would add what has the shape of a secret; it was not pushed.',
    remedy: `Read the secret from the environment instead. If it is none, list its rule, path and SHA-256 under "secrets.allow" of ${REPOSITORY_FILE}.`,
  },
} as const;
