/** How a login begins that kiro-cli starts when it has neither key nor login, and what it shows while it waits. */
const LOGIN_PROMPT =
  /^\W*(?:Confirm the following code in the browser|Open this URL:|Opening (?:the |your )?browser\b)|Press \(?\^\)? ?\+ ?C to cancel/i;

/** How the service words that it does not accept the key. */
const ACCESS_WORDS =
  /not logged in|(?:kiro-cli|please|to) log ?in\b|authenticat|unauthori[sz]ed|bearer token|api key|access ?denied ?(?:exception|error)|session (?:may have|has) expired|invalid (?:token|credential)/i;

/** How the service words that it takes no requests now, by what is the matter; the first that fits counts. */
const UNAVAILABLE_WORDS = [
  [
    'quota used up',
    /insufficient.?quota|(?:usage|monthly|request|credit) (?:request )?limit\b|(?:out of|insufficient|no (?:more|remaining)) credits|credits? (?:are |have been )?(?:exhausted|used up)/i,
  ],
  ['throttled', /throttl|rate.?limit|too many requests|\b429\b/i],
  ['no capacity', /capacity|overloaded/i],
  ['a limit reached', /quota|limit (?:has been )?(?:reached|exceeded)/i],
  [
    'down or out of reach',
    /(?:service|temporarily|currently) unavailable|service ?unavailable|bad gateway|gateway time-?out|internal ?server ?(?:error|exception)|\b(?:502|503|504)\b|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|dispatch failure|network (?:error|is unreachable)|could not (?:connect|resolve)/i,
  ],
] as const;
type Cause = (typeof UNAVAILABLE_WORDS)[number][0];

/** Returns whether a piece of output, which may lack its line end or redraw one line, looks like a login. */
export function isLoginPrompt(output: string): boolean {
  return output.split(/[\r\n]+/).some((line) => LOGIN_PROMPT.test(line.trim()));
}

/** Returns the first line that says that the key is not accepted, null without one. */
export function accessRefusalIn(said: string): string | null {
  return lineWith(ACCESS_WORDS, said);
}

/** Returns the first line that says that the service takes no requests now, and what is the matter; null without one. */
export function unavailabilityIn(said: string): { cause: Cause; line: string } | null {
  for (const line of said.split(/[\r\n]+/)) {
    for (const [cause, words] of UNAVAILABLE_WORDS) if (words.test(line)) return { cause, line };
  }
  return null;
}

function lineWith(words: RegExp, said: string): string | null {
  return said.split(/[\r\n]+/).find((line) => words.test(line)) ?? null;
}
