import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';
import { killUntilNone, processesOfUser } from './process-table.ts';
import { runSubprocess } from './subprocess.ts';

const OWN_NAME = 'kiro-untrusted';
const OWN_USERS = 16;
const FIRST_FREE_UID = 64_100;
const LAST_FREE_UID = 64_999;
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** A user that no other run on this machine has at the same time. */
export interface UntrustedUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Lets another run have the user; also happens by itself when this process ends. */
  release(): Promise<void>;
}

/** Takes an operating-system user for one run: the named one, else one of our own, made when missing (a bare number where
 *  users cannot be made). Nothing runs under it any more. Throws CONFIG_INVALID when the named user will not do. */
export async function acquireUntrustedUser(name?: string): Promise<UntrustedUser> {
  if (name !== undefined) return acquireNamed(name);
  for (let n = 1; n <= OWN_USERS; n++) {
    const own = n === 1 ? OWN_NAME : `${OWN_NAME}-${n}`;
    const release = await lease(own);
    if (!release) continue;
    const ids = findUser(own) ?? (await makeUser(own));
    if (!ids || ids.uid === 0) {
      await release();
      break;
    }
    await killUntilNone(() => processesOfUser(ids.uid));
    return { name: own, ...ids, release };
  }
  return acquireNumberedUser();
}

async function acquireNamed(name: string): Promise<UntrustedUser> {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) throw unfit(name, 'it is not a name of a system user');
  const release = await lease(name);
  if (!release) throw unfit(name, 'another run on this machine has it');
  const ids = findUser(name) ?? (await makeUser(name));
  const running = ids && !name.startsWith(OWN_NAME) ? processesOfUser(ids.uid).length : 0;
  const why = !ids
    ? 'it does not exist and could not be made'
    : ids.uid === 0
      ? 'it has all rights'
      : running > 0
        ? `${running} processes run under it, which would be ended`
        : null;
  if (!ids || why) {
    await release();
    throw unfit(name, why ?? 'it does not exist');
  }
  await killUntilNone(() => processesOfUser(ids.uid));
  return { name, ...ids, release };
}

/** Takes a user number that no account has: for machines where users cannot be made. */
export async function acquireNumberedUser(): Promise<UntrustedUser> {
  const taken = new Set([...readAccounts('/etc/passwd'), ...readAccounts('/etc/group')].map((account) => account.id));
  for (let uid = FIRST_FREE_UID; uid <= LAST_FREE_UID; uid++) {
    if (taken.has(uid)) continue;
    const release = await lease(`uid-${uid}`);
    if (!release) continue;
    await killUntilNone(() => processesOfUser(uid));
    return { name: String(uid), uid, gid: uid, release };
  }
  throw unfit(`${FIRST_FREE_UID} to ${LAST_FREE_UID}`, 'other runs have all of these numbers');
}

/** An abstract socket is a lease that the kernel releases when the process ends, however it ends. */
function lease(name: string): Promise<(() => Promise<void>) | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(null));
    server.listen({ path: `\0kiro-worker/untrusted-user/${name}`, exclusive: true }, () => {
      server.unref();
      resolve(() => new Promise((done) => server.close(() => done())));
    });
  });
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
