/** What code of a branch can see and do in a build: every way by which it could get at a secret is tried. */
import { spawn, spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A GitHub token, plain or as git sends it, and the address of the build role's credentials. */
const SECRETS = [
  /gh[ps]_[A-Za-z0-9_-]{20}/,
  new RegExp(Buffer.from('x-access-token:').toString('base64')),
  /\/v2\/credentials\/[0-9a-f-]{36}/,
];
/** Nothing of a build is written there. */
const SKIPPED = ['/proc', '/sys', '/usr', '/checkout', '/root/.goenv/versions', '/root/.pyenv/versions'];
const BIGGEST = 64 * 1024 * 1024;

/** Writes what was found to /looks; whoever is not root also leaves a process behind that wants to stay. */
export function look(name) {
  const uid = process.getuid();
  const found = {
    name,
    uid,
    groups: process.getgroups(),
    secretsIn: [...filesWithSecret('/'), ...processFiles().filter(holdsSecret)],
    otherEnvironments: otherEnvironments(uid),
    signalled: ownersOfProcesses().flatMap(({ pid, owner }) => (owner !== uid && canSignal(pid) ? [pid] : [])),
    mountNamespace: outcomeOf('unshare', ['--mount', 'true']),
    userNamespace: outcomeOf('unshare', ['--user', 'true']),
    python: outcomeOf('python3', ['-c', 'import json; print(json.dumps(1))']),
    pip: outcomeOf('python3', ['-m', 'pip', '--version']),
    go: outcomeOf('go', ['version']),
    home: outcomeOf('ls', ['/root']),
  };
  writeFileSync(`/looks/${name}-${process.pid}.json`, JSON.stringify(found));
  if (uid !== 0) stay();
}

function filesWithSecret(folder) {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (SKIPPED.includes(path)) return [];
    if (entry.isDirectory()) return filesWithSecret(path);
    return entry.isFile() && holdsSecret(path) ? [path] : [];
  });
}

function processFiles() {
  return ownersOfProcesses().flatMap(({ pid }) => ['environ', 'cmdline'].map((file) => `/proc/${pid}/${file}`));
}

function otherEnvironments(uid) {
  return ownersOfProcesses()
    .filter(({ pid, owner }) => owner !== uid && textOf(`/proc/${pid}/environ`) !== null)
    .map(({ pid }) => pid);
}

function ownersOfProcesses() {
  return entriesOf('/proc').flatMap(({ name }) => {
    const owner = /^\d+$/.test(name) ? statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid : undefined;
    return owner === undefined ? [] : [{ pid: Number(name), owner }];
  });
}

function canSignal(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function holdsSecret(path) {
  const text = textOf(path);
  return text !== null && SECRETS.some((secret) => secret.test(text));
}

/** Null for what is closed to us. */
function textOf(path) {
  try {
    return lstatSync(path).size > BIGGEST ? null : readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function outcomeOf(program, args) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return error ? error.message : `exit ${status}: ${`${stdout}${stderr}`.trim()}`;
}

function stay() {
  const script = 'trap "" HUP INT TERM; while :; do sleep 1; done';
  spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore', env: {} }).unref();
}
