import { createRedactor } from '../../../../src/core/secrets/redact.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import type { Random } from '../random.ts';

/** Spells a secret in a text that leaves the worker; `needle` must not be found in it any more, once it is read as people do. */
type Spell = (secret: string, random: Random) => { text: string; needle: string };

const ESCAPE = '\u001b';
/** What a terminal, a browser and a reader do not see. */
const UNSEEN = new RegExp(
  `${ESCAPE}\\[[0-9;]*[A-Za-z]|${ESCAPE}\\][^\\u0007]*\\u0007|[\\u200b-\\u200d\\u2060\\ufeff\\u00ad\\s]`,
  'gu',
);

const between =
  (part: string): Spell =>
  (secret, random) => {
    const at = 1 + random.integer(secret.length - 2);
    return { text: `${secret.slice(0, at)}${part}${secret.slice(at)}`, needle: secret };
  };
const encoded =
  (encode: (secret: string, random: Random) => string): Spell =>
  (secret, random) => {
    const needle = encode(secret, random);
    return { text: needle, needle };
  };
const base64 = (secret: string) => Buffer.from(secret).toString('base64');
/** Without the last letters, which other bytes would change. */
const core = (text: string) => text.slice(0, 30);
const xml = (secret: string) => secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const SPELLINGS: Readonly<Record<string, Spell>> = {
  'as-it-is': encoded((secret) => secret),
  'between-colours': between(`${ESCAPE}[31m${ESCAPE}[1m`),
  'between-titles': between(`${ESCAPE}]0;x\u0007`),
  'between-invisible-characters': between('\u200b\u2060'),
  'over-two-lines': between('\n'),
  'in-base64': (secret) => ({ text: base64(secret), needle: core(base64(secret)) }),
  'in-base64-of-columns': (secret) => ({ text: base64(secret).replace(/.{9}/g, '$&\n'), needle: core(base64(secret)) }),
  'in-hex': encoded((secret) => Buffer.from(secret).toString('hex')),
  'in-a-url': encoded((secret) => encodeURIComponent(secret)),
  'in-json': encoded((secret) => JSON.stringify(secret).slice(1, -1)),
  'in-xml': encoded(xml),
};

async function expectMasked(trial: Trial, spell: Spell): Promise<void> {
  const { random } = trial;
  const secret = `k_${random.word(12)}"&<${random.word(8)}`;
  const { text, needle } = spell(secret, random);
  const around = `${random.word(random.integer(2000))} ${text} ${random.word(9)}`;
  const seen = (some: string) => some.replace(UNSEEN, '');
  if (seen(around).includes(seen(needle))) trial.strike();
  const masked = createRedactor([secret])(around);
  trial.check(!seen(masked).includes(seen(needle)), `the secret can still be read: ${masked.slice(-200)}`);
}

export const REDACTION: readonly Attempt[] = attemptsOf('redaction', { rows: SPELLINGS, perform: expectMasked });
