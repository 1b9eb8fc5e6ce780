import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';
import { changeHome, findUser, makeUser, NO_HOME, readAccounts } from './accounts.ts';
import { ownersOfLeftovers, sweepLeftovers } from './leftovers.ts';
import { killUntilNone, processesOfUser, usersOfProcesses } from './process-table.ts';
import { inTurn, type Release, takeLease } from './user-lease.ts';

/** Made when they are needed, and used again by later runs. */
const OWN_NAMES = Array.from({ length: 16 }, (_, n) => (n === 0 ? 'kiro-untrusted' : `kiro-untrusted-${n + 1}`));
const FIRST_FREE_UID = 64_100;
const LAST_FREE_UID = 64_999;

/** A user that no other run on this machine has at the same time. */
export interface UntrustedUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Home as its account names it, null without an account. */
  readonly accountHome: string | null;
  /** Lets another run have the user; also happens by itself when this process ends. */
  readonly release: Release;
}

/** Takes an operating-system user for one run: the named one, else one of our own, made when missing (a bare number where
 *  users cannot be made). The account of one of our own names `home`, where that can be written. Nothing runs under it any more, and
 *  nothing that it left is there; nor anything of runs that were cut off. Throws CONFIG_INVALID when the named user will not do. */
export function acquireUntrustedUser(name?: string, home = NO_HOME): Promise<UntrustedUser> {
  return inTurn('start', async () => {
    await clearUnused();
    return name === undefined ? acquireOwn(home) : acquireNamed(name, home);
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

async function acquireOwn(home: string): Promise<UntrustedUser> {
  for (const name of OWN_NAMES) {
    const release = takeLease(name);
    if (!release) continue;
    const ids = findUser(name) ?? (await makeUser(name));
    if (!ids || ids.uid === 0) {
      release();
      break;
    }
    return withHome(await cleared({ name, ...ids, release }), home);
  }
  return acquireNumberedUser();
}

async function acquireNamed(name: string, home: string): Promise<UntrustedUser> {
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
  const user = await cleared({ name, ...ids, release });
  return OWN_NAMES.includes(name) ? withHome(user, home) : user;
}

/** Takes a user number that no account has: for machines where users cannot be made. */
export async function acquireNumberedUser(): Promise<UntrustedUser> {
  const taken = new Set([...readAccounts('/etc/passwd'), ...readAccounts('/etc/group')].map((account) => account.id));
  for (let uid = FIRST_FREE_UID; uid <= LAST_FREE_UID; uid++) {
    if (taken.has(uid)) continue;
    const release = takeLease(leaseOfNumber(uid));
    if (release) return cleared({ name: String(uid), uid, gid: uid, accountHome: null, release });
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

/** Java takes its home from the account, not from HOME. Where it cannot be changed, the old one is told. */
async function withHome(user: UntrustedUser, home: string): Promise<UntrustedUser> {
  if (user.accountHome === home) return user;
  try {
    return { ...user, accountHome: await changeHome(user.name, home) };
  } catch (error) {
    user.release();
    throw error;
  }
}

function unfit(name: string, why: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what: `Agent and tests cannot run as user "${name}" (${ENV.untrustedUser}): ${why}.`,
    remedy: `Set ${ENV.untrustedUser} to a system user that nothing else runs under, or leave it out.`,
  });
}
