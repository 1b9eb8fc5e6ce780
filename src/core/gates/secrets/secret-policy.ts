import type { RepositorySettings } from '../../repository/repository-file.ts';
import { createFinding, type Finding } from '../finding.ts';
import { CONFIGURABLE, type Policy } from '../policy.ts';
import type { FoundSecret } from './found-secret.ts';

/** What a repository says is no secret: each is one text at one path. */
export type SecretException = Pick<FoundSecret, 'rule' | 'path' | 'sha256'>;

const RULE = 'secrets/found';
/** Values that people think up, which a hash would let others guess. */
const GUESSABLE = new Set(['basicauth', 'database-connection-string', 'url-credentials']);

/** Returns what the rules say to do about a secret that a commit would add. `file` stands at the rules' place. */
export function createSecretJudge(
  file: Pick<RepositorySettings, 'gates' | 'secrets'> | null,
): (found: FoundSecret) => Policy {
  const policy = file?.gates[RULE] ?? CONFIGURABLE[RULE];
  const isAllowed = (found: FoundSecret) =>
    file?.secrets.allow.some(
      ({ rule, path, sha256 }) => rule === found.rule && path === found.path && sha256 === found.sha256,
    ) ?? false;
  return (found) => (isAllowed(found) ? 'off' : policy);
}

/** Returns the finding about a secret: where it is and how to allow it, and nothing of its value. */
export function secretFinding({ rule, path, line, sha256 }: FoundSecret, isInFile = true): Finding {
  const hash = GUESSABLE.has(rule) ? '' : `, SHA-256 ${sha256}`;
  const message = `${isInFile ? 'This' : path} has the shape of a secret (rule ${rule}${hash}).`;
  return createFinding(RULE, { ...(isInFile && { path }), ...(line !== null && { line }), message });
}
