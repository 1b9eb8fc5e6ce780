import { createHash } from 'node:crypto';

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Returns characters that look made, always the same for one seed. */
export function characters(seed: string, { length, of = BASE62 }: { length: number; of?: string }): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    for (const byte of createHash('sha256').update(`${seed} ${block}`).digest()) text += of[byte % of.length];
  }
  return text.slice(0, length);
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Texts with the shape of secrets; none of them was ever one, and none stands in this repository as it is. */
export const TOKENS = {
  github: `ghp_${characters('github', { length: 36 })}`,
  githubApp: `ghs_${characters('app', { length: 36 })}`,
  githubAppLong: `ghs_${characters('long', { length: 12 })}.${characters('longer', { length: 200 })}`,
  githubFine: `github_pat_${characters('fine', { length: 82 })}`,
  kiro: `ksk_${characters('kiro', { length: 40 })}`,
  google: `AIza${characters('google', { length: 35 })}`,
  stripe: `sk_live_${characters('stripe', { length: 24 })}`,
  stripeRestricted: `rk_live_${characters('restricted', { length: 24 })}`,
  awsId: `AKIA${characters('aws', { length: 16, of: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567' })}`,
  awsSecret: characters('aws secret', { length: 40 }),
  slack: `xoxb-${characters('slack', { length: 12, of: '9182736450' })}-${characters('slack', { length: 24 })}`,
  npm: `npm_${characters('npm', { length: 36 })}`,
  gitlab: `glpat-${characters('gitlab', { length: 20 })}`,
  openai: `sk-${characters('open', { length: 20 })}T3BlbkFJ${characters('ai', { length: 20 })}`,
  pypi: `pypi-AgEIcHlwaS5vcmc${characters('pypi', { length: 140 })}`,
  jwt: [
    base64url({ alg: 'RS256', typ: 'JWT', kid: characters('kid', { length: 8 }) }),
    base64url({
      sub: characters('subject', { length: 20 }),
      iss: 'https://login.corp-of-somebody.net',
      iat: 1_790_000_000,
    }),
    characters('signature', { length: 86 }),
  ].join('.'),
  postgres: `postgres://orders:${characters('password', { length: 18 })}@db-7.corp-of-somebody.net:5432/orders`,
  redis: `rediss://:${characters('redis', { length: 24 })}@cache.corp-of-somebody.net:6380/0`,
} as const;

/** Returns a private key in PEM that no tool takes for one. */
export function privateKey(kind: 'RSA' | 'EC', lineEnd = '\n'): string {
  const body = `${kind === 'RSA' ? 'MIIEowIBAAKCAQEA' : 'MHcCAQEEI'}${characters(kind, { length: kind === 'RSA' ? 1600 : 155 })}`;
  const lines = body.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${kind} PRIVATE KEY-----`, ...lines, `-----END ${kind} PRIVATE KEY-----`, ''].join(lineEnd);
}
