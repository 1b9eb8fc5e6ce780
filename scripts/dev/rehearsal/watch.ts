import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MARK = 'REHEARSAL_RUN';
const LOOK_EVERY_MS = 500;
const END_WITHIN_MS = 1_500;

export interface Watch {
  /** Kills what still runs, and returns what went wrong: processes left behind, sockets that others could reach. */
  end(): Promise<string[]>;
}

/** Watches every process that is started from now on and keeps our environment (Linux; elsewhere it sees none). */
export function watchProcesses(): Watch {
  const mark = randomUUID();
  process.env[MARK] = mark;
  const exposed = new Set<string>();
  const look = () => {
    for (const address of exposedAddresses(mark)) exposed.add(address);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    async end() {
      clearInterval(timer);
      look();
      const left = await killLeftovers(mark);
      delete process.env[MARK];
      return [
        ...[...exposed].map((address) => `a socket that other machines can reach: ${address}`),
        ...left.map((command) => `a process left behind: ${command}`),
      ];
    },
  };
}

/** Gives them a moment to end by themselves; returns the command lines of those that had to be killed. */
async function killLeftovers(mark: string): Promise<string[]> {
  const deadline = performance.now() + END_WITHIN_MS;
  while (markedProcesses(mark).length > 0 && performance.now() < deadline) await sleep(50);
  const killed = markedProcesses(mark).map((pid) => {
    const command = read(pid, 'cmdline').replaceAll('\0', ' ').trim();
    process.kill(pid, 'SIGKILL');
    return command;
  });
  return killed;
}

function markedProcesses(mark: string): number[] {
  return entriesOf('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => read(pid, 'environ').split('\0').includes(`${MARK}=${mark}`) && read(pid, 'cmdline') !== '');
}

function exposedAddresses(mark: string): string[] {
  const listening = ['tcp', 'tcp6'].flatMap((family) => listeners(`/proc/net/${family}`));
  const reachable = new Map(listening.filter(({ address }) => !isLoopback(address)).map((one) => [one.inode, one]));
  if (reachable.size === 0) return [];
  return markedProcesses(mark).flatMap((pid) =>
    entriesOf(`/proc/${pid}/fd`).flatMap((descriptor) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? '';
      const found = reachable.get(inode);
      return found ? [`port ${found.port} of ${read(pid, 'cmdline').replaceAll('\0', ' ').trim()}`] : [];
    }),
  );
}

/** Rows in state 0A (listening); the kernel writes addresses as hexadecimal words. */
function listeners(file: string): { address: string; port: number; inode: string }[] {
  return readText(file)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A')
    .map((fields) => {
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      return { address, port: Number.parseInt(port, 16), inode: fields[9] ?? '' };
    });
}

function isLoopback(address: string): boolean {
  return /^[0-9A-F]{6}7F$/.test(address) || /^0{16}FFFF0000[0-9A-F]{6}7F$|^0{24}01000000$/.test(address);
}

function read(pid: number, file: 'environ' | 'cmdline'): string {
  return readText(`/proc/${pid}/${file}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Gone in the meantime, not ours to look at, or no Linux.
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
