import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';
import { ownersOfLeftovers, sweepLeftovers } from './leftovers.ts';
import { killUntilNone, processesOfUser, usersOfProcesses } from './process-table.ts';
import { runSubprocess } from './subprocess.ts';
import { inTurn, type Release, takeLease } from './user-lease.ts';

/** Made when they are needed, and used again by later runs. */
const OWN_NAMES = Array.from({ length: 16 }, (_, n) => (n === 0 ? 'kiro-untrusted' : `kiro-untrusted-${n + 1}`));
const FIRST_FREE_UID = 64_100;
const LAST_FREE_UID = 64_999;
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** A user that no other run on this machine has at the same time. */
export interface UntrustedUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Lets another run have the user; also happens by itself when this process ends. */
  readonly release: Release;
}

/** Takes an operating-system user for one run: the named one, else one of our own, made when missing (a bare number where
 *  users cannot be made). Nothing runs under it any more, and nothing that it left is there; nor anything of runs that were
 *  cut off. Throws CONFIG_INVALID when the named user will not do. */
export function acquireUntrustedUser(name?: string): Promise<UntrustedUser> {
  return inTurn('start', async () => {
    await clearUnused();
    return name === undefined ? acquireOwn() : acquireNamed(name);
  });
}

/** Ends what still runs under users of ours that no run has, and removes what they left: runs that were cut off, also by
 *  SIGKILL, leave both. Needs root on Linux. Throws PROCESS_NOT_ENDED for what stays. */
export function clearUnusedUsers(): Promise<void> {
  return inTurn('start', clearUnused);
}

async function clearUnused(): Promise<void> {
  const accounts = readAccounts('/etc/passwd').filter(({ name }) => OWN_NAMES.includes(name));
  const owners = new Set([...usersOfProcesses(), ...ownersOfLeftovers()]);
  const numbers = [...owners].filter((uid) => uid >= FIRST_FREE_UID && uid <= LAST_FREE_UID);
  const candidates = [
    ...accounts.filter(({ id }) => owners.has(id)).map(({ name, id }) => ({ lease: name, uid: id })),
    ...numbers.map((uid) => ({ lease: leaseOfNumber(uid), uid })),
  ];
  const taken = candidates.flatMap(({ lease, uid }) => {
    const release = takeLease(lease);
    return release ? [{ uid, release }] : [];
  });
  try {
    await clearUsers(new Set(taken.map(({ uid }) => uid)));
  } finally {
    for (const { release } of taken) release();
  }
}

async function clearUsers(uids: ReadonlySet<number>): Promise<void> {
  if (uids.size === 0 || uids.has(0)) return;
  await killUntilNone(() => [...uids].flatMap(processesOfUser));
  await sweepLeftovers({ uids, keep: [] });
}

async function acquireOwn(): Promise<UntrustedUser> {
  for (const name of OWN_NAMES) {
    const release = takeLease(name);
    if (!release) continue;
    const ids = findUser(name) ?? (await makeUser(name));
    if (!ids || ids.uid === 0) {
      release();
      break;
    }
    return cleared({ name, ...ids, release });
  }
  return acquireNumberedUser();
}

async function acquireNamed(name: string): Promise<UntrustedUser> {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) throw unfit(name, 'it is not a name of a system user');
  const release = takeLease(name);
  if (!release) throw unfit(name, 'another run on this machine has it');
  const ids = findUser(name) ?? (await makeUser(name));
  const running = ids && !OWN_NAMES.includes(name) ? processesOfUser(ids.uid).length : 0;
  const why = !ids
    ? 'it does not exist and could not be made'
    : ids.uid === 0
      ? 'it has all rights'
      : running > 0
        ? `${running} processes run under it, which would be ended`
        : null;
  if (!ids || why) {
    release();
    throw unfit(name, why ?? 'it does not exist');
  }
  return cleared({ name, ...ids, release });
}

/** Takes a user number that no account has: for machines where users cannot be made. */
export async function acquireNumberedUser(): Promise<UntrustedUser> {
  const taken = new Set([...readAccounts('/etc/passwd'), ...readAccounts('/etc/group')].map((account) => account.id));
  for (let uid = FIRST_FREE_UID; uid <= LAST_FREE_UID; uid++) {
    if (taken.has(uid)) continue;
    const release = takeLease(leaseOfNumber(uid));
    if (release) return cleared({ name: String(uid), uid, gid: uid, release });
  }
  throw unfit(`${FIRST_FREE_UID} to ${LAST_FREE_UID}`, 'other runs have all of these numbers');
}

async function cleared(user: UntrustedUser): Promise<UntrustedUser> {
  try {
    await clearUsers(new Set([user.uid]));
    return user;
  } catch (error) {
    user.release();
    throw error;
  }
}

function leaseOfNumber(uid: number): string {
  return `uid-${uid}`;
}

async function makeUser(name: string): Promise<{ uid: number; gid: number } | null> {
  const program = ['/usr/sbin/useradd', '/usr/bin/useradd', '/sbin/useradd'].find((path) => existsSync(path));
  if (!program) return null;
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
  const shell = ['--shell', '/usr/sbin/nologin'];
  for (let attempt = 1; attempt <= 5; attempt++) {
    const result = await runSubprocess({
      command: [program, ...options, ...shell, name],
      cwd: '/',
      env: { PATH: SYSTEM_PATH },
      timeoutMs: 20_000,
    });
    const made = findUser(name);
    if (made) return made;
    if (!/lock/i.test(result.stderrTail)) return null;
    await sleep(200); // Another program changes the users just now.
  }
  return null;
}

function findUser(name: string): { uid: number; gid: number } | null {
  const account = readAccounts('/etc/passwd').find((candidate) => candidate.name === name);
  return account ? { uid: account.id, gid: account.gid } : null;
}

function readAccounts(file: '/etc/passwd' | '/etc/group'): Array<{ name: string; id: number; gid: number }> {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => /^\d+$/.test(fields[2] ?? ''))
    .map(([name = '', , id, gid]) => ({ name, id: Number(id), gid: Number(gid) }));
}

function unfit(name: string, why: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what: `Agent and tests cannot run as user "${name}" (${ENV.untrustedUser}): ${why}.`,
    remedy: `Set ${ENV.untrustedUser} to a system user that nothing else runs under, or leave it out.`,
  });
}
