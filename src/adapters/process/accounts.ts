import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSubprocess } from './subprocess.ts';

/** What distributions name to users without a home. */
export const NO_HOME = '/nonexistent';
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly accountHome: string;
}

/** Makes a system user without a home; null where none can be made. */
export async function makeUser(name: string): Promise<Account | null> {
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', NO_HOME];
  await changeAccounts('useradd', [...options, '--shell', '/usr/sbin/nologin', name]);
  return findUser(name);
}

/** Writes another home into a user's account. Returns the one that stands there then, null without an account. */
export async function changeHome(name: string, home: string): Promise<string | null> {
  await changeAccounts('usermod', ['--home', home, name]);
  return findUser(name)?.accountHome ?? null;
}

/** Runs a program that changes the list of users, where there is one; the list tells what came of it. */
async function changeAccounts(program: 'useradd' | 'usermod', options: readonly string[]): Promise<void> {
  const path = ['/usr/sbin', '/usr/bin', '/sbin']
    .map((folder) => `${folder}/${program}`)
    .find((one) => existsSync(one));
  if (!path) return;
  for (let attempt = 1; attempt <= 5; attempt++) {
    const command = [path, ...options] as const;
    const result = await runSubprocess({ command, cwd: '/', env: { PATH: SYSTEM_PATH }, timeoutMs: 20_000 });
    if (result.exitCode === 0 || !/lock/i.test(result.stderrTail)) return;
    await sleep(200); // Another program changes the users just now.
  }
}

/** The account of that name, null when there is none. */
export function findUser(name: string): Account | null {
  const account = readAccounts('/etc/passwd').find((candidate) => candidate.name === name);
  return account ? { uid: account.id, gid: account.gid, accountHome: account.home } : null;
}

/** The accounts of a list; `home` is one of /etc/passwd alone. */
export function readAccounts(file: '/etc/passwd' | '/etc/group') {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => /^\d+$/.test(fields[2] ?? ''))
    .map(([name = '', , id, gid, , home = NO_HOME]) => ({ name, id: Number(id), gid: Number(gid), home }));
}
