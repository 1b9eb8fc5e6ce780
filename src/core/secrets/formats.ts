import { WorkerError } from '../errors.ts';
import { fields } from '../json-lines.ts';

/** Returns the bare GitHub token in a secret. Throws SETUP_INCOMPLETE when empty, SECRET_INVALID otherwise;
 *  no message repeats the value. `source` names where it stands. */
export function parseGitHubToken(value: string | null | undefined, source: string): string {
  const token = requireText(value, { source, what: 'the GitHub token' });
  if (/^\{/.test(token)) {
    const isApp = /"appId"|"privateKey"/.test(token);
    throw invalid(source, {
      why: isApp ? 'contains a GitHub App, which is not supported yet' : 'contains JSON',
      wanted: 'the bare token, nothing around it',
    });
  }
  const why = unlikeAToken(token);
  if (why !== null) throw invalid(source, { why, wanted: 'the bare token' });
  return token;
}

/** Says how a text differs from every token there is, null when it does not. */
function unlikeAToken(text: string): string | null {
  if (!/^[\x21-\x7e]*$/.test(text)) return 'contains spaces or characters that no token has';
  if (text.length < 8) return `is too short for a token (${text.length} characters)`;
  return text.length > 1000 ? `is too long for a token (${text.length} characters)` : null;
}

/** Returns the user name and password for git over HTTPS. Throws as parseGitHubToken does. */
export function parseGitCredentials(
  value: string | null | undefined,
  source: string,
): { username: string; password: string } {
  const text = requireText(value, { source, what: 'the git credentials' });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid(source, { why: 'is not JSON', wanted: CREDENTIALS });
  }
  const { username, password } = fields(parsed);
  const usable = (part: unknown): part is string => typeof part === 'string' && /^[\x21-\x7e]{1,1000}$/.test(part);
  if (!usable(username) || !usable(password)) {
    throw invalid(source, { why: 'lacks a username or a password', wanted: CREDENTIALS });
  }
  return { username, password };
}

/** Returns the bare Kiro API key. Throws as parseGitHubToken does. */
export function parseKiroApiKey(value: string | null | undefined, source: string): string {
  const key = requireText(value, { source, what: 'the Kiro API key' });
  if (!/^[\x21-\x7e]{8,1000}$/.test(key) || key.startsWith('{'))
    throw invalid(source, { why: 'contains something other than a key', wanted: 'the bare key (ksk_…)' });
  return key;
}

/** Returns the bare key of an agent other than Kiro. Throws as parseGitHubToken does. */
export function parseAgentKey(value: string | null | undefined, source: string): string {
  const key = requireText(value, { source, what: "the agent's key" });
  if (!/^[\x21-\x7e]{8,4000}$/.test(key) || key.startsWith('{'))
    throw invalid(source, { why: 'contains something other than a key', wanted: 'the bare key, nothing around it' });
  return key;
}

function requireText(value: string | null | undefined, { source, what }: { source: string; what: string }): string {
  const text = value?.trim() ?? '';
  if (text !== '') return text;
  throw new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: `${source} is empty: ${what} has not been filled in yet.`,
    remedy: `Put ${what} into ${source}.`,
  });
}

const CREDENTIALS = '{"username":"…","password":"…"}';

function invalid(source: string, { why, wanted }: { why: string; wanted: string }): WorkerError {
  return new WorkerError({ code: 'SECRET_INVALID', what: `${source} ${why}.`, remedy: `Store ${wanted} there.` });
}
