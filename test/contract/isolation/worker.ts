/** Stands for the worker: makes a sandbox, runs the attempts in it twice, and prints what worked and what is left. Its
 *  argument is JSON: options of the sandbox, and the places that the attempts try. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { isOpenFolder, makeOpenFolder, needsOpenFolders } from '../../../src/adapters/files/open-folder.ts';
import { createSandbox } from '../../../src/adapters/process/sandbox.ts';
import { untrustedEnvironment } from '../../../src/adapters/process/untrusted-environment.ts';

const { options, places } = JSON.parse(process.argv[2] ?? '');
const attemptsFile = resolve('test/contract/isolation/attempts.mjs');
const openFolder = needsOpenFolders() && !isOpenFolder(dirname(attemptsFile)) ? makeOpenFolder('attempts') : null;
const program = openFolder === null ? attemptsFile : join(openFolder, 'attempts.mjs');
if (openFolder !== null) copyFileSync(attemptsFile, program);
mkdirSync(dirname(places.socket), { mode: 0o700, recursive: true });
const server = createServer((connection) => connection.destroy()).listen(places.socket);
const sandbox = await createSandbox({ ...options, mustReach: [program], graceMs: 100 });
const attempts: Record<string, boolean> = {};
for (let run = 1; run <= 2; run += 1) {
  const { stdoutTail, stderrTail } = await sandbox.run({
    command: [process.execPath, program, JSON.stringify({ ...places, worker: process.pid })],
    cwd: sandbox.home,
    env: untrustedEnvironment({ home: sandbox.home }),
    timeoutMs: 60_000,
  });
  if (stdoutTail.trim() === '') throw new Error(stderrTail);
  for (const [name, worked] of Object.entries(JSON.parse(stdoutTail))) attempts[name] ||= worked === true;
}
await sandbox.end();
const alive = processesNamed(`600.${places.mark}`);
const files = ['/tmp', '/var/tmp', '/dev/shm'].map((folder) => `${folder}/${places.mark}`).filter(existsSync);
// Key, number, mode, size.
const segments = [...readFileSync('/proc/sysvipc/shm', 'utf8').matchAll(/^\s*-?\d+\s+(\d+)\s+\d+\s+4321\s/gm)];
const memory = segments.length > 0;
await sandbox.close();
server.close();
for (const pid of alive) process.kill(pid, 'SIGKILL');
for (const file of files) rmSync(file);
for (const [, number = ''] of segments) spawnSync('ipcrm', ['-m', number]);
const { isolation } = sandbox;
if (openFolder !== null) rmSync(openFolder, { recursive: true });
process.stdout.write(
  JSON.stringify({ isolation, ...attempts, files: files.length > 0, memory, daemon: alive.length > 0 }),
);

function processesNamed(argument: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => commandLine(pid).includes(argument)).map(Number);
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 3);
  } catch {
    return []; // Gone in the meantime.
  }
}
