import { addedSecrets } from '../drill/flows/memory/secrets.ts';
import { characters, privateKey, TOKENS } from './made-tokens.ts';
import { filesAfter, type GateRow } from './row.ts';

const FOUND = ['secrets/found'];
const row = (name: string, after: GateRow['after'], more: Partial<GateRow> = {}): GateRow => {
  return { name, language: 'any', before: {}, after, expect: FOUND, ...more };
};
const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => `line ${at} of a long file that says nothing`).join('\n');

/** Ways to bring a secret into a commit. */
export const SECRET_CHEATS: readonly GateRow[] = [
  row('a token behind a comment that switches linters off', {
    'src/a.js': `// secretlint-disable\nexport const token = '${TOKENS.github}';\n`,
  }),
  row('a token with a comment on its own line', {
    'src/a.ts': `export const token = '${TOKENS.githubFine}'; // secretlint-disable-line\n`,
  }),
  row(
    'a linter configuration that allows all, beside the token',
    {
      '.secretlintrc.json': '{"rules":[]}\n',
      '.secretlintignore': '**\n',
      'app.py': `TOKEN = "${TOKENS.githubApp}"\n`,
    },
    { language: 'python' },
  ),
  row(
    'an exception in the branch itself',
    {
      '.kiro-worker.yml': 'gates:\n  secrets/found: off\n',
      'Config.java': `class Config { static final String KEY = "${TOKENS.google}"; }\n`,
    },
    { language: 'java' },
  ),
  row('a long token of an app', { 'x.go': `const token = "${TOKENS.githubAppLong}"\n` }, { language: 'go' }),
  row('a key of Kiro', { '.env': `KIRO_API_KEY=${TOKENS.kiro}\n` }),
  row('a key of Stripe', { 'pay.py': `stripe.api_key = "${TOKENS.stripe}"\n` }, { language: 'python' }),
  row('a restricted key of Stripe', { 'pay.ts': `new Stripe('${TOKENS.stripeRestricted}');\n` }),
  row('a live JSON Web Token', { 'auth.test.ts': `const session = '${TOKENS.jwt}';\n` }),
  row('the id of an AWS access key', { 'main.tf': `access_key = "${TOKENS.awsId}"\n` }),
  row('an AWS secret access key', { credentials: `[default]\naws_secret_access_key = ${TOKENS.awsSecret}\n` }),
  row('a token of Slack', { 'notify.js': `post('${TOKENS.slack}')\n` }),
  row('a token of npm in .npmrc', { '.npmrc': `//registry.corp-of-somebody.net/:_authToken=${TOKENS.npm}\n` }),
  row('a token of a registry that has no shape', {
    '.npmrc': `//registry.corp-of-somebody.net/:_authToken=${characters('plain', { length: 32 })}\n`,
  }),
  row('a token of PyPI', { '.pypirc': `[pypi]\npassword = ${TOKENS.pypi}\n` }, { language: 'python' }),
  row('a token of GitLab', { 'ci.yml': `TOKEN: ${TOKENS.gitlab}\n` }),
  row('a key of OpenAI', { 'llm.ts': `const key = "${TOKENS.openai}";\n` }),
  row('an RSA key', { 'keys/id_rsa': privateKey('RSA') }),
  row('an EC key, which is short', { 'keys/ec.pem': privateKey('EC') }),
  row('a key in one line of JSON', { 'key.json': JSON.stringify({ private_key: privateKey('EC') }) }),
  row('a key with indented lines in YAML', {
    'tls.yml': `key: |\n    ${privateKey('RSA').replaceAll('\n', '\n    ')}`,
  }),
  row('credentials of a database elsewhere', { 'config.yml': `url: ${TOKENS.postgres}\n` }),
  row('credentials without a user', { 'settings.py': `CACHE = "${TOKENS.redis}"\n` }, { language: 'python' }),
  row('behind 200,000 lines', { 'data.csv': `${lines(200_000)}\n${TOKENS.github}\n` }),
  row('across the edge of a window', { 'data.txt': `${'x '.repeat(32_760)}${TOKENS.github} ${'y '.repeat(40_000)}` }),
  row('in UTF-16', { 'a.reg': Array.from(`\ufefftoken=${TOKENS.github}\r\n`).join('\0') }),
  row('among the bytes of a binary file', { 'logo.png': `\u0089PNG\0\0${'\0\u0001'.repeat(500)}${TOKENS.awsId}\0` }),
  row(
    'a second secret beside an old one',
    { 'a.env': `OLD=${TOKENS.slack}\nNEW=${TOKENS.github}\n` },
    {
      before: { 'a.env': `OLD=${TOKENS.slack}\n` },
    },
  ),
  row('in a test file', { 'test/fixtures/user.json': `{"token": "${TOKENS.github}"}\n` }),
];

const honest = (name: string, after: GateRow['after'], more: Partial<GateRow> = {}) =>
  row(name, after, { expect: [], ...more });
const HS256 = {
  header: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
  john: 'eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ',
};

/** What looks like a secret to a coarse eye. */
export const SECRET_HONEST: readonly GateRow[] = [
  honest('the example of the AWS documents', {
    'README.md':
      'export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n',
  }),
  honest('placeholders in an example file', {
    '.env.example': [
      'GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      'GH=ghp_your-token-here',
      'STRIPE=sk_live_xxxxxxxxxxxxxxxxxxxxxxxx',
      'KEY=<token>',
      'PASSWORD=changeme',
      'KIRO_API_KEY=ksk_your-token-here-please',
      'GOOGLE=AIzaXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
      '',
    ].join('\n'),
  }),
  honest('the alphabet for a token', { 'a.test.js': "const t = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';\n" }),
  honest('credentials of this machine', {
    'docker-compose.yml':
      'DATABASE_URL: postgres://user:pass@localhost:5432/app\nCI: postgres://app:S3cr3tPw9@db:5432/app\nR: redis://:devPass9x@127.0.0.1:6379\n',
  }),
  honest('credentials of a reserved host', { 'http.test.ts': "get('https://alice:s3cretPass9@api.example.com/');\n" }),
  honest(
    'a template of an address',
    {
      'db.py': `URL = f"postgresql://{user}:{password}@{host}/db"\nX = "mysql://\${DB_USER}:\${DB_PASS}@db.corp-of-somebody.net/x"\n`,
    },
    { language: 'python' },
  ),
  honest('a word for a password', { 'README.md': 'Use `mongodb://admin:password@cluster0.corp-of-somebody.net/`.\n' }),
  honest('the token of jwt.io', {
    'jwt.test.ts': `const token = '${HS256.header}.${HS256.john}.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c';\n`,
  }),
  honest(
    'a token that ended long ago',
    {
      'jwt.test.py': `EXPIRED = "${HS256.header}.${Buffer.from('{"uid":77,"exp":1516239022}').toString('base64url')}.${characters('old', { length: 43 })}"\n`,
    },
    { language: 'python' },
  ),
  honest(
    'a token without a signature',
    {
      'a.go': `// ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"uid":7}').toString('base64url')}.\n`,
    },
    { language: 'go' },
  ),
  honest('the secret comes from the environment', {
    '.npmrc': `//registry.corp-of-somebody.net/:_authToken=\${NPM_TOKEN}\n`,
    'app.ts': 'const key = process.env.STRIPE_KEY ?? "";\n',
  }),
  honest('hashes, ids and integrity', {
    'package-lock.json': `{"integrity":"sha512-${characters('sri', { length: 86 })}=="}\n`,
    'ids.txt': `${characters('sha', { length: 40, of: '0123456789abcdef' })}\n550e8400-e29b-41d4-a716-446655440000\n`,
  }),
  honest('a test key of Stripe', { 'pay.test.ts': `const key = 'sk_test_${characters('test', { length: 24 })}';\n` }),
  honest('a public key and a certificate', {
    'ca.pem': `-----BEGIN CERTIFICATE-----\n${characters('cert', { length: 600 })}\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\n${characters('pub', { length: 300 })}\n-----END PUBLIC KEY-----\n`,
  }),
  honest('a private key that is left out', {
    'README.md':
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE...\n-----END RSA PRIVATE KEY-----\n\nThen put this file into the folder of the server and start it again with the new key in place.\n',
  }),
  honest(
    'a secret that the branch had, in a file that is edited',
    {
      'old.env': `A=1\nTOKEN=${TOKENS.github}\nB=3\n`,
    },
    { before: { 'old.env': `A=1\nTOKEN=${TOKENS.github}\nB=2\n` } },
  ),
  honest(
    'a file with an old secret is moved',
    { 'old.env': null, 'config/new.env': `TOKEN=${TOKENS.github}\n` },
    {
      before: { 'old.env': `TOKEN=${TOKENS.github}\n` },
    },
  ),
  honest('a pattern for tokens', {
    'redact.ts': 'const TOKEN = /gh[pousr]_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}|sk_live_\\w+/;\n',
  }),
];

/** Returns the rules of what is found in a change. */
export function judgeSecretRow(one: GateRow): string[] {
  const bytes = (files: Iterable<readonly [string, string]>) =>
    new Map([...files].map(([path, text]) => [path, Buffer.from(text)]));
  const before = bytes(Object.entries(one.before));
  const all = bytes(filesAfter(one));
  const added = new Map([...all].filter(([path, content]) => before.get(path)?.equals(content) !== true));
  return addedSecrets({ added, before }).length > 0 ? ['secrets/found'] : [];
}
