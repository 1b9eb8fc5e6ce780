import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, open, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareEnvironment, type Finished, runProgram } from '../stacks/program.ts';

/** A Docker daemon of our own, in mount, process and network namespaces that end with it. */
export interface Docker {
  /** By which the docker CLI and SAM CLI find the daemon; holds nothing else of this machine. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the docker CLI; throws with its output when it fails. */
  run(args: readonly string[]): Promise<Finished>;
  /** Builds an image from a folder with a Dockerfile and from files put beside it, keyed by their name there. */
  build(name: string, options: { context: string; files?: Readonly<Record<string, string>> }): Promise<void>;
  /** The command line that runs a program where published ports of containers are on loopback: in the daemon's network. */
  inNetwork(command: readonly string[]): [string, ...string[]];
  /** Ends all containers and the daemon, and removes their files. */
  stop(): Promise<void>;
}

/** Of the bridge: an address of the range for documentation, which no machine has. */
const ADDRESS = '198.51.100.1';
const STOP_WITHIN_MS = 15_000;
/** Of the daemon's folder; the process id of its owner follows. */
const PREFIX = 'kiro-worker-docker-';

/** Starts the daemon as root. Its bridge, mounts and containers live in namespaces of their own, so that they end with
 *  it, however it ends. Throws with the daemon's log when it does not listen. */
export async function startDocker(): Promise<Docker> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const socket = `unix://${join(folder, 'socket')}`;
  const daemon = await spawnDaemon(folder, socket);
  const env = { ...bareEnvironment([]), DOCKER_HOST: socket, DOCKER_CONFIG: folder, DOCKER_BUILDKIT: '0' };
  const docker = (args: readonly string[]) => runProgram(['docker', ...args], { cwd: folder, env });
  const run = async (args: readonly string[]) => {
    const finished = await docker(args);
    if (finished.code !== 0) throw new Error(`docker ${args.join(' ')}\n${finished.stdout}${finished.stderr}`);
    return finished;
  };
  const stop = async () => {
    await endDaemon(daemon);
    await removeFiles(folder);
  };
  try {
    while ((await docker(['version'])).code !== 0) {
      if (hasEnded(daemon)) throw new Error(`dockerd ended: ${readFileSync(join(folder, 'log'), 'utf8').slice(-2000)}`);
      await sleep(100);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env,
    run,
    async build(name, { context, files = {} }) {
      const place = await mkdtemp(join(folder, 'context-'));
      await cp(context, place, { recursive: true });
      for (const [file, from] of Object.entries(files))
        await cp(from, join(place, file), { recursive: true, dereference: true });
      await run(['build', '--quiet', '--tag', name, place]);
      await rm(place, { recursive: true });
    },
    inNetwork(command) {
      const pid = daemonPid(daemon);
      if (pid === null) throw new Error('dockerd does not run.');
      return ['nsenter', `--net=/proc/${pid}/ns/net`, '--', ...command];
    },
    stop,
  };
}

/** What the daemon writes beside the folders that it is given (keys, plugins, sockets) goes to $0 or vanishes with its mounts;
 *  where the machine's own root cannot be covered, a few empty folders stay. */
const START = `
ip link set lo up && mount -t tmpfs none /run || exit
for top in etc opt; do
  mkdir -p "$0/$top" "$0/$top.work"
  mount -t overlay -o "lowerdir=/$top,upperdir=$0/$top,workdir=$0/$top.work" none "/$top" || echo "/$top stays as it is"
done
exec dockerd "$@"`;

async function spawnDaemon(folder: string, socket: string): Promise<ChildProcess> {
  const log = await open(join(folder, 'log'), 'w');
  // When we are killed, this is killed too, and with it all that runs in its namespaces.
  const withUs = ['--pdeathsig', 'KILL', '--', 'unshare'];
  const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const places = [`--data-root=${folder}/data`, `--exec-root=${folder}/exec`, `--pidfile=${folder}/pid`];
  // Nothing goes through to other networks, and the packet filter stays as it is.
  const network = [`--bip=${ADDRESS}/24`, '--iptables=false', '--ip6tables=false', '--userland-proxy=true'];
  const flags = [`--host=${socket}`, `--cgroup-parent=/${basename(folder)}`, ...places, ...network];
  const child = spawn('setpriv', [...withUs, ...namespaces, 'sh', '-c', START, folder, ...flags], {
    stdio: ['ignore', log.fd, log.fd],
    env: bareEnvironment([]),
  });
  await once(child, 'spawn');
  await log.close();
  return child;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Process id of the daemon itself, the first process of its namespaces; null when it does not run. */
function daemonPid({ pid }: ChildProcess): number | null {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) || null : null;
}

/** The daemon ends its containers on SIGTERM; when it does not, its namespaces end with the process that made them. */
async function endDaemon(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  const pid = daemonPid(child);
  if (pid !== null) process.kill(pid, 'SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), pid === null ? 0 : STOP_WITHIN_MS);
  await ended;
  clearTimeout(patience);
}

/** Removes what daemons left whose owner was killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : undefined;
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) await removeFiles(join(tmpdir(), name));
  }
}

async function removeFiles(folder: string): Promise<void> {
  await removeControlGroups(basename(folder));
  await rm(folder, { recursive: true });
}

/** Docker leaves the folder of its control groups behind, once in each hierarchy. */
async function removeControlGroups(name: string): Promise<void> {
  const top = '/sys/fs/cgroup';
  const hierarchies = (await readdir(top, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const folders = [top, ...hierarchies.map((entry) => join(top, entry.name))].map((folder) => join(folder, name));
  for (const folder of folders.filter((one) => existsSync(one))) await removeControlGroup(folder);
}

async function removeControlGroup(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await removeControlGroup(join(folder, entry.name));
  await rmdir(folder);
}
