import { isLiveToken } from './json-web-token.ts';
import { isHarmlessAddress, isPlaceholder } from './placeholders.ts';

/** A shape of a secret that the recommended rules lack or know in part. */
export interface SecretPattern {
  readonly rule: string;
  /** Repetitions are bounded or begin at an edge, so that no text makes it slow. A group `value` at its end is the secret alone; a group
   *  `scheme` before it belongs to it. */
  readonly pattern: RegExp;
  /** Tells a secret from what only has its shape. */
  readonly isSecret: (found: string) => boolean;
}

const isMade = (found: string) => !isPlaceholder(found);

export const OWN_PATTERNS: readonly SecretPattern[] = [
  { rule: 'kiro', pattern: /(?<![A-Za-z0-9])ksk_[A-Za-z0-9_-]{16,200}/g, isSecret: isMade },
  // Also tokens of apps that are longer than 40 characters and have dots.
  { rule: 'github', pattern: /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9][A-Za-z0-9_.-]{34,1000}/g, isSecret: isMade },
  { rule: 'github', pattern: /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{40,255}/g, isSecret: isMade },
  { rule: 'google-api-key', pattern: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g, isSecret: isMade },
  { rule: 'google-oauth', pattern: /(?<![A-Za-z0-9])GOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/g, isSecret: isMade },
  // Test keys reach nothing but test data, and stand in documents.
  { rule: 'stripe', pattern: /(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{16,250}/g, isSecret: isMade },
  { rule: 'aws-access-key-id', pattern: /(?<![A-Za-z0-9])A[KS]IA[A-Z2-7]{16}(?![A-Za-z0-9])/g, isSecret: isMade },
  { rule: 'pypi', pattern: /(?<![A-Za-z0-9])pypi-AgE[A-Za-z0-9_-]{60,1000}/g, isSecret: isMade },
  {
    rule: 'jwt',
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{2,8000}\.[A-Za-z0-9_-]{20,2000}/g,
    isSecret: isLiveToken,
  },
  {
    rule: 'aws',
    pattern: /secret_?access_?key["']?\s{0,9}(?::|=>|=)\s{0,9}["']?(?<value>[A-Za-z0-9/+=]{40})(?![A-Za-z0-9/+=])/gi,
    isSecret: isMade,
  },
  {
    rule: 'npm',
    pattern: /_authToken\s{0,5}=\s{0,5}["']?(?<value>[A-Za-z0-9][A-Za-z0-9_+/=.:-]{7,1000})/g,
    isSecret: isMade,
  },
  {
    // Keys of elliptic curves and of PGP too, which begin otherwise, and encrypted ones.
    rule: 'privatekey',
    pattern:
      /-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH|PGP|ENCRYPTED) )?PRIVATE KEY(?: BLOCK)?-----(?:(?:\s|\\[nr]){0,40}[A-Za-z-]{3,20}: [^\r\n\\]{1,200}){0,5}(?:\s|\\[nr]){0,40}(?:[A-Za-z0-9+/=](?:\s|\\[nr]){0,40}){60,10000}(?:-----END [A-Z0-9 ]{1,40}-----)?/g,
    isSecret: isKey,
  },
  {
    rule: 'url-credentials',
    pattern:
      /(?<=(?<scheme>[A-Za-z][A-Za-z0-9+.-]{1,20})):\/\/[^\s/@:'"`<>]{0,100}:[^\s/@'"`<>]{1,200}@[A-Za-z0-9.[\]_-]{1,255}(?::\d{1,5})?/g,
    isSecret: isForeignAddress,
  },
];

/** Its longest line is base64 that somebody's tool has made. */
function isKey(found: string): boolean {
  const lines = found.split(/\s|\\[nr]/).slice(1);
  const longest = lines.reduce((one, other) => (other.length > one.length ? other : one), '');
  return longest.length >= 40 && !isPlaceholder(longest.slice(0, 200));
}

function isForeignAddress(found: string): boolean {
  const {
    user = '',
    password = '',
    host = '',
  } = /:\/\/(?<user>[^:]*):(?<password>[^@]*)@(?<host>.*)$/s.exec(found)?.groups ?? {};
  return (
    !isHarmlessAddress({ user, password, host }) && (!/^(?:https?|ftps?):/i.test(found) || isMadePassword(password))
  );
}

/** Words for a password stand in many an address of tests and documents; databases have theirs from people. */
function isMadePassword(password: string): boolean {
  const plain = password.replace(/%[0-9a-f]{2}/gi, '');
  return plain.length >= 8 && /\d/.test(plain) && /[a-z]/i.test(plain);
}
