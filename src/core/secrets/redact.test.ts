import { expect } from 'chai';
import fc from 'fast-check';
import { inFull, itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { cpuMsOf, SUSPICIOUS_CPU_MS } from '../../../test/support/cpu-time.ts';
import { createRedactor } from './redact.ts';

const TOKEN = 'Zq7/planted+secret=="x" & más';
const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA0Zx1'.repeat(4)}\n${'k9Qm7Lw2'.repeat(8)}\n-----END RSA PRIVATE KEY-----`;

describe('redactor', () => {
  const redact = createRedactor([TOKEN, '', 'abc', 'hunter-22']);

  it('masks a known secret in every usual spelling', () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const spellings = {
      raw: TOKEN,
      url: encodeURIComponent(TOKEN),
      'url in lower case': encodeURIComponent(TOKEN)
        .toLowerCase()
        .replace(encodeURIComponent(TOKEN).toLowerCase(), () =>
          encodeURIComponent(TOKEN).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
        ),
      form: new URLSearchParams({ v: TOKEN }).toString(),
      json: JSON.stringify({ token: TOKEN }),
      'json in json': JSON.stringify(JSON.stringify({ token: TOKEN })),
      hex: Buffer.from(TOKEN).toString('hex'),
      base64: base64(TOKEN),
      'basic credentials': base64(`x-access-token:${TOKEN}`),
      'basic credentials, other offset': base64(`user:${TOKEN}`),
      'basic credentials, third offset': base64(`users:${TOKEN}`),
      'base64 for URLs': Buffer.from(`a:${TOKEN}`).toString('base64url'),
    };
    for (const [name, text] of Object.entries(spellings)) {
      const masked = redact(`before ${text} after`);
      expect(masked, name).to.match(/^before .*\[redacted\].* after$/s);
      expect(masked, name).not.to.contain('planted');
      expect(masked.length, name).to.be.lessThan(55);
    }
  });

  it('masks every occurrence, the longest spelling first, and leaves values too short to be secrets alone', () => {
    expect(redact('hunter-22,hunter-22')).to.equal('[redacted],[redacted]');
    expect(redact('abc is the alphabet')).to.equal('abc is the alphabet');
    expect(createRedactor(['secret', 'secret-longer'])('a secret-longer b')).to.equal('a [redacted] b');
  });

  it('masks the lines of a secret of several lines one by one', () => {
    const lines = createRedactor([KEY.replaceAll('RSA PRIVATE KEY', 'THING')]);
    expect(lines(`x ${'k9Qm7Lw2'.repeat(8)} y`)).to.equal('x [redacted] y');
  });

  const shapes: Record<string, string> = {
    ghp: `ghp_${'a1B2'.repeat(9)}`,
    gho: `gho_${'a1B2'.repeat(9)}`,
    ghu: `ghu_${'a1B2'.repeat(9)}`,
    ghs: `ghs_${'a1B2'.repeat(9)}`,
    'ghs with a JWT in it': `ghs_123456_eyJhbGciOi.eyJpc3MiOiI.${'sig-_9'.repeat(5)}`,
    ghr: `ghr_${'a1B2'.repeat(19)}`,
    'fine-grained': `github_pat_11ABCDEFG0${'x9_Y'.repeat(15)}`,
    gitlab: `glpat-${'aB3-'.repeat(6)}`,
    kiro: 'ksk_live-0123456789abcdef',
    'aws key': 'AKIAIOSFODNN7EXAMPLE',
    'aws session key': 'ASIAIOSFODNN7EXAMPLE',
    jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P',
    pem: KEY,
    'pem in json': JSON.stringify(KEY).slice(1, -1),
    'cut pem': KEY.slice(0, KEY.indexOf('\n-----END')),
    'encrypted pem': KEY.replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0A1B2C\n\n'),
  };
  for (const [name, secret] of Object.entries(shapes)) {
    it(`masks the shape of a secret nobody named: ${name}`, () => {
      expect(redact(`token=${secret}, next`)).to.equal('token=[redacted], next');
    });
  }

  it('masks credentials where they stand', () => {
    const cases: Array<[string, string]> = [
      ['https://bot:s3cr3tpw@git.example.com/a.git', 'https://[redacted]@git.example.com/a.git'],
      ['https://abcdef0123456789:x-oauth-basic@github.com', 'https://[redacted]@github.com'],
      ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic dXNlcjpwYXNz'],
      ['Authorization: Basic dXNlcjpwYXNzd29yZDE=', 'Authorization: Basic [redacted]'],
      ['authorization: bearer abc123def456', 'authorization: bearer [redacted]'],
      ['{"Authorization":"token 0123456789abcdef"}', '{"Authorization":"token [redacted]"}'],
      ['curl -H "X-Api-Key: k3y-0123456789"', 'curl -H "X-Api-Key: [redacted]"'],
      ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'AWS_SECRET_ACCESS_KEY=[redacted]'],
      ['"SessionToken": "IQoJb3JpZ2luX2VjEJr0123456789"', '"SessionToken": "[redacted]"'],
      ['GET /x?access_token=a1b2c3d4e5&page=2', 'GET /x?access_token=[redacted]&page=2'],
      ['Bearer 2YotnFZFEjr1zCsicMWpAA', 'Bearer [redacted]'],
    ];
    for (const [text, expected] of cases) expect(redact(text)).to.equal(expected);
  });

  it('leaves prose and code alone', () => {
    const prose = [
      'Set KIRO_API_KEY (it starts with ksk_) and a token that starts with ghp_ or github_pat_.',
      'Authorization: Bearer tokens are refused; Authorization: the owner decides.',
      'Basic authentication-and-authorization is explained at https://docs.example.com:8443/a?token=short',
      'ssh://git@github.com/octo/repo.git and git@github.com:octo/repo.git, mail me@example.com',
      'url = `$protocol://$host:$port`; // 10:30 @ the office',
      'The file begins with `-----BEGIN RSA PRIVATE KEY-----`, which nobody commits.',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, commit 462a984',
      'AKIA is a prefix; ASIA is a continent; eyJ is how JWTs begin. tests: 12 passed, lines 93.4 %',
      '日本語の文章、עברית, русский — naïve façade 🎉',
    ];
    for (const text of prose) expect(redact(text)).to.equal(text);
  });

  it('changes nothing in any text of words, and nothing twice', () => {
    const word = fc.stringMatching(/^[A-Za-z]{1,12}$/);
    fc.assert(fc.property(fc.array(word, { maxLength: 40 }), (words) => redact(words.join(' ')) === words.join(' ')));
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => redact(redact(text)) === redact(text)));
  });

  it('finds a planted secret wherever it stands', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9!#$%*+/=?_~-]{12,40}$/);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const mask = createRedactor([value]);
        const encoded = Buffer.from(before + value + after).toString('base64');
        expect(mask(before + value + after)).not.to.contain(value);
        expect(Buffer.from(mask(encoded), 'base64').toString()).not.to.contain(value);
      }),
    );
  });

  describe('finds a planted secret in each spelling, whatever stands around it', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9!#$%&"'<>*+/=?_~-]{14,40}$/);
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const hex = (text: string) => Buffer.from(text).toString('hex');
    const octal = (character: string) => character.charCodeAt(0).toString(8).padStart(3, '0');
    const readOctal = (text: string) =>
      text.replace(/\\?0?([01][0-7]{2}) ?/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
    /** Bytes of base64, without half a character at the end. */
    const latin = (text: string) => {
      const bytes = Buffer.from(text, 'base64');
      return bytes.subarray(0, bytes.length - (bytes.length % 2));
    };
    const every = (text: string, each: (character: string) => string) => Array.from(text, each).join('');
    const code = (character: string) => character.charCodeAt(0).toString(16).padStart(2, '0');
    const wrapped = (text: string, width: number) => text.replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
    const unwrapped = (text: string) => text.replace(/\s+/g, '');
    const [ESC, BEL] = [27, 7].map((one) => String.fromCharCode(one));
    const ansi = new RegExp(`${ESC}(?:\\[[0-9;]*[A-Za-z]|\\][^${BEL}]*${BEL})`, 'g');

    /** How a secret is written into a text, and how what is left of it would be read back. */
    const spellings: Record<string, { write: (text: string) => string; read: (text: string) => string }> = {
      'with ANSI colours': {
        write: (text) => every(text, (character) => `\u001b[3${text.length % 8}m${character}\u001b[0m`),
        read: (text) => text.replace(ansi, ''),
      },
      'with a title of the terminal in it': {
        write: (text) => `${text.slice(0, 5)}\u001b]0;title\u0007${text.slice(5)}`,
        read: (text) => text.replace(ansi, ''),
      },
      'in the title of the terminal': { write: (text) => `\u001b]0;${text}\u0007`, read: (text) => text },
      'with zero widths': {
        write: (text) => every(text, (character) => `${character}\u200b\u2060`),
        read: (text) => text.replace(/[\u200b\u2060]/g, ''),
      },
      'with bidi marks': {
        write: (text) => `\u202d${every(text, (character) => `${character}\u200e`)}\u202c`,
        read: (text) => text.replace(/[\u200e\u202c\u202d]/g, ''),
      },
      'split over lines': { write: (text) => wrapped(text, 5), read: unwrapped },
      'split over indented lines': { write: (text) => text.replace(/.{6}/g, '$&\r\n    '), read: unwrapped },
      'in base64': { write: base64, read: (text) => Buffer.from(text, 'base64').toString('latin1') },
      'in base64, one byte later': {
        write: (text) => base64(`:${text}`),
        read: (text) => Buffer.from(text, 'base64').toString('latin1'),
      },
      'in base64, two bytes later, in lines': {
        write: (text) => wrapped(base64(`u:${text}`), 9),
        read: (text) => Buffer.from(unwrapped(text), 'base64').toString('latin1'),
      },
      'in base64 for URLs': {
        write: (text) => Buffer.from(text).toString('base64url'),
        read: (text) => Buffer.from(text, 'base64url').toString('latin1'),
      },
      'in hex': { write: hex, read: (text) => Buffer.from(text, 'hex').toString('latin1') },
      'in large hex, in lines': {
        write: (text) => wrapped(hex(text).toUpperCase(), 16),
        read: (text) => Buffer.from(unwrapped(text), 'hex').toString('latin1'),
      },
      'in hex with colons': {
        write: (text) => hex(text).replace(/..(?!$)/g, '$&:'),
        read: (text) => Buffer.from(text.replaceAll(':', ''), 'hex').toString('latin1'),
      },
      'in large hex with colons, in lines': {
        write: (text) =>
          wrapped(
            hex(text)
              .toUpperCase()
              .replace(/..(?!$)/g, '$&:'),
            18,
          ),
        read: (text) => Buffer.from(unwrapped(text).replaceAll(':', ''), 'hex').toString('latin1'),
      },
      'in hex with hyphens': {
        write: (text) => hex(text).replace(/..(?!$)/g, '$&-'),
        read: (text) => Buffer.from(text.replaceAll('-', ''), 'hex').toString('latin1'),
      },
      'in octal': { write: (text) => every(text, (one) => `${octal(one)} `).trimEnd(), read: readOctal },
      'in octal escapes': { write: (text) => every(text, (one) => `\\${octal(one)}`), read: readOctal },
      'in octal escapes with a zero': { write: (text) => every(text, (one) => `\\0${octal(one)}`), read: readOctal },
      'in base64 of UTF-16': {
        write: (text) => Buffer.from(text, 'utf16le').toString('base64'),
        read: (text) => Buffer.from(text, 'base64').toString('utf16le'),
      },
      'in base64 of UTF-16, big end first, after a mark': {
        write: (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('base64'),
        read: (text) => latin(text).swap16().toString('utf16le'),
      },
      'for URLs': { write: encodeURIComponent, read: unescape },
      'for URLs, every character': { write: (text) => every(text, (one) => `%${code(one)}`), read: unescape },
      'for URLs, twice': {
        write: (text) => encodeURIComponent(encodeURIComponent(text)),
        read: (text) => unescape(unescape(text)),
      },
      'in JSON': { write: (text) => JSON.stringify(text), read: (text) => text.replaceAll('\\', '') },
      'in JSON in JSON': {
        write: (text) => JSON.stringify(JSON.stringify({ text })),
        read: (text) => text.replaceAll('\\', ''),
      },
      'in JSON, every character': {
        write: (text) => every(text, (one) => `\\u00${code(one)}`),
        read: (text) => text.replace(/\\u00(..)/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16))),
      },
      'in lines, in JSON': {
        write: (text) => JSON.stringify(wrapped(text, 7)),
        read: (text) => text.replaceAll('\\n', '').replaceAll('\\', ''),
      },
      'in XML': {
        write: (text) => every(text, (one) => (/[&<>"']/.test(one) ? `&#${one.charCodeAt(0)};` : one)),
        read: (text) => text.replace(/&#(\d+);/g, (_, digits) => String.fromCharCode(Number(digits))),
      },
    };
    for (const [name, { write, read }] of Object.entries(spellings)) {
      it(name, () => {
        fc.assert(
          fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
            expect(read(write(value)), 'the spelling itself').to.contain(value);
            const masked = createRedactor([value])(`${before} ${write(value)} ${after}`);
            expect(masked).to.contain('[redacted]');
            expect(read(masked)).to.not.contain(value.slice(2, -2));
          }),
          { numRuns: inFull({ here: 20, inRehearsal: 50 }) },
        );
      });
    }

    it('and shapes of tokens between colours and zero widths', () => {
      const token = `ghp_${'a1B2'.repeat(9)}`;
      for (const { write } of ['with ANSI colours', 'with zero widths', 'with bidi marks'].flatMap(
        (name) => spellings[name] ?? [],
      ))
        expect(redact(`token ${write(token)} end`)).to.match(/^token \W*(?:\[3\dm)?\[redacted\].{0,6} end$/su);
    });

    it('and leaves every other character where it was', () => {
      const text = 'a\u200db \u001b[1mc\u001b[0m 👩‍👩‍👧 می‌خواهم\n';
      expect(createRedactor(['hunter-22'])(`${text}hunt\ner-22${text}`)).to.equal(`${text}[redacted]${text}`);
    });
  });

  itInRehearsal('stays fast on a MiB made to slow it down', () => {
    const pieces = [
      'a',
      'eyJ',
      'https://',
      'ghp_',
      '-----BEGIN PRIVATE KEY-----\n',
      'x:y',
      'Authorization: ',
      'bearer  ',
      '&token=',
      '\\',
      '\u001b[',
      '\u001b]',
      '%25',
      '&#x',
      '\u200b',
      'hunter-2 ',
      'hunter-22 ',
      '\\150',
      '68:75:',
      '150165',
    ];
    for (const piece of pieces) {
      const text = piece.repeat(Math.ceil(2 ** 20 / piece.length));
      expect(
        cpuMsOf(() => redact(text)),
        piece,
      ).to.be.lessThan(SUSPICIOUS_CPU_MS);
    }
  });
});
