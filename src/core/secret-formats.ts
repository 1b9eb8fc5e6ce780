import { WorkerError } from './errors.ts';

/** Returns the bare GitHub token that a secret holds. Throws SETUP_INCOMPLETE when empty, SECRET_INVALID otherwise;
 *  no message repeats the value. `source` names where it stands. */
export function parseGitHubToken(value: string | null | undefined, source: string): string {
  const token = requireText(value, source, 'the GitHub token');
  if (/^\{/.test(token)) {
    const isApp = /"appId"|"privateKey"/.test(token);
    throw invalid(
      source,
      isApp ? 'holds a GitHub App, which is not supported yet' : 'holds JSON',
      'the bare token, nothing around it',
    );
  }
  if (!/^[\x21-\x7e]{8,1000}$/.test(token))
    throw invalid(source, 'holds spaces or characters that no token has', 'the bare token');
  return token;
}

/** Returns the user name and password for git over HTTPS. Throws as parseGitHubToken does. */
export function parseGitCredentials(
  value: string | null | undefined,
  source: string,
): { username: string; password: string } {
  const text = requireText(value, source, 'the git credentials');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid(source, 'is not JSON', '{"username":"…","password":"…"}');
  }
  const { username, password } = (parsed ?? {}) as Record<string, unknown>;
  const usable = (part: unknown): part is string => typeof part === 'string' && /^[\x21-\x7e]{1,1000}$/.test(part);
  if (!usable(username) || !usable(password)) {
    throw invalid(source, 'lacks a username or a password', '{"username":"…","password":"…"}');
  }
  return { username, password };
}

/** Returns the bare Kiro API key. Throws as parseGitHubToken does. */
export function parseKiroApiKey(value: string | null | undefined, source: string): string {
  const key = requireText(value, source, 'the Kiro API key');
  if (!/^[\x21-\x7e]{8,1000}$/.test(key) || key.startsWith('{'))
    throw invalid(source, 'holds something else than a key', 'the bare key (ksk_…)');
  return key;
}

function requireText(value: string | null | undefined, source: string, what: string): string {
  const text = value?.trim() ?? '';
  if (text !== '') return text;
  throw new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: `${source} is empty: ${what} is not there yet.`,
    remedy: `Put ${what} into ${source}.`,
  });
}

function invalid(source: string, why: string, wanted: string): WorkerError {
  return new WorkerError({ code: 'SECRET_INVALID', what: `${source} ${why}.`, remedy: `Store ${wanted} there.` });
}
