import type { RepositorySettings } from '../../repository/repository-file.ts';
import { createFinding, type Finding } from '../finding.ts';
import { applyPolicy, CONFIGURABLE, type Policies, type Policy } from '../policy.ts';
import { COMMIT_MESSAGE, type FoundSecret } from './found-secret.ts';

const RULE = 'secrets/found';
/** Values that people think up, which a hash would let others guess. */
const GUESSABLE = new Set(['basicauth', 'database-connection-string', 'url-credentials']);

/** Returns what to do about each secret that a commit would add, as the file at the rules' place says. */
export function createSecretJudge(
  file: Pick<RepositorySettings, 'gates' | 'secrets'> | null,
): (found: FoundSecret) => Policy {
  const policy = file?.gates[RULE] ?? CONFIGURABLE[RULE];
  const allowed = new Set(file?.secrets.allow.map(keyOf));
  return (found) => (allowed.has(keyOf(found)) ? 'off' : policy);
}

/** Returns findings about secrets, as the policies say: where each is and how to allow it, and nothing of its value. */
export function secretFindings(found: readonly FoundSecret[], policies: Policies): Finding[] {
  return applyPolicy(found.map(toFinding), policies);
}

function toFinding({ rule, path, line, sha256 }: FoundSecret): Finding {
  const hash = GUESSABLE.has(rule) ? '' : `, SHA-256 ${sha256}`;
  const isInFile = path !== COMMIT_MESSAGE;
  const message = `${isInFile ? 'This' : path} has the shape of a secret (rule ${rule}${hash}).`;
  return createFinding(RULE, { ...(isInFile && { path }), ...(line !== null && { line }), message });
}

function keyOf({ rule, path, sha256 }: Pick<FoundSecret, 'rule' | 'path' | 'sha256'>): string {
  return JSON.stringify([rule, path, sha256]);
}
