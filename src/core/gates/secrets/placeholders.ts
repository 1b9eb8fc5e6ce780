/** Words that no made token has, and forms that templates have. */
const PLACEHOLDER =
  /example|placeholder|change[-_]?me|dummy|fake|sample|redacted|your[-_]|notreal|not[-_]a[-_]|insert[-_]|replace[-_]|xxxx|0000000|deadbeef|\*{3}|\.{3}|…|<[^<>]*>|\$\{|\{\{|%[a-z_]{2,}%|(?<![a-z0-9])(?:test|demo|mock|dev)(?![a-z0-9])|(.{2,10})\1\1/i;
/** Bits per character: made tokens have 3.5 and more, what people type in a row less. */
const FEWEST_BITS = 2.6;
const LONGEST_RUNS = 0.5;

/** Returns whether a token is written to show its form: words, one character again and again, or the alphabet. */
export function isPlaceholder(token: string): boolean {
  return PLACEHOLDER.test(token) || entropyOf(token) < FEWEST_BITS || shareOfRuns(token) > LONGEST_RUNS;
}

/** Shannon's entropy in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => bits - (count / text.length) * Math.log2(count / text.length), 0);
}

/** Share of characters that repeat the one before them or follow it in the alphabet. */
function shareOfRuns(text: string): number {
  let runs = 0;
  for (let at = 1; at < text.length; at += 1) {
    const step = text.charCodeAt(at) - text.charCodeAt(at - 1);
    if (step === 0 || step === 1) runs += 1;
  }
  return text.length < 2 ? 0 : runs / (text.length - 1);
}

/** Hosts that nobody else reaches: this machine, names without a dot (of a network of containers), and those that are reserved for
 *  documents and tests (RFC 2606, RFC 6761). */
const OWN_HOST =
  /^(?:[^.:[\]]+|\[?::1\]?|127(?:\.\d+){3}|0\.0\.0\.0|host\.docker\.internal|(?:.+\.)?(?:localhost|local|test|example|invalid)|(?:.+\.)?example\.(?:com|org|net))$/i;
const OWN_PASSWORD =
  /^(?:(?:my|your|the|a|some|db|user|admin|root|test|dev|local|app|super|strong|very|long|safe)[-_ ]?)*(?:pass|passwd|password|passphrase|pwd|pw|secret|token|key|hunter|changeme|letmein|foo|bar|baz|postgres|mysql|mongo|redis|rabbit|guest|admin|root|user|test|qwerty|abc|x-oauth-basic|x-access-token)?[-_!.]*\d{0,6}!?$/i;
const TEMPLATE = /[<>{}$*]|%[A-Za-z_]{2,}%|…|\.{3}/;

/** Returns whether credentials in an address are those of this machine, or only show their form. */
export function isHarmlessAddress({ user, password, host }: { user: string; password: string; host: string }): boolean {
  if (OWN_HOST.test(host.replace(/:\d*$/, '')) || TEMPLATE.test(`${user}:${password}@${host}`)) return true;
  return (
    password.length < 4 || password === user || OWN_PASSWORD.test(password) || isPlaceholder(`${password}${password}`)
  );
}
