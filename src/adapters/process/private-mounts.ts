import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { ProcessRequest } from '../../core/ports/process.ts';
import { removeTree } from '../files/remove-tree.ts';
import type { ClosedHome } from './tools/closed-homes.ts';

/** What a process finds in place of the folders that all users share. */
const REPLACED = ['/tmp', '/var/tmp'];
const UNSHARE = ['/usr/bin/unshare', '/bin/unshare'];

/** `/tmp`, `/var/tmp`, `/dev/shm` and IPC objects of a process's own, empty at its start. */
export interface PrivateMounts {
  /** Empties the folders; no process may use them meanwhile. */
  prepare(): Promise<void>;
  /** The command that puts the folders in place and then runs `request`'s. Needs root with CAP_SYS_ADMIN. */
  wrap(request: ProcessRequest, visible: readonly string[]): readonly [string, ...string[]];
}

export interface PrivateMountsOptions {
  /** Where unshare(1) lies. */
  readonly programs?: readonly string[];
  /** Homes in whose place processes find a folder with the tools alone. */
  readonly homes?: readonly ClosedHome[];
  /** ip(8): processes get a network of their own, with loopback alone, and see no sockets of services in /run. */
  readonly ip?: string;
}

/** Returns how to start processes in a mount and IPC namespace of their own, null where there is no unshare(1). What is
 *  written to the shared folders lies below `folder`, on disk, so that it does not take memory; only root may enter it. */
export function createPrivateMounts(
  folder: string,
  { programs = UNSHARE, homes = [], ip }: PrivateMountsOptions = {},
): PrivateMounts | null {
  const unshare = programs.find((path) => existsSync(path));
  if (unshare === undefined) return null;
  const folders = [...REPLACED, ...(ip === undefined ? [] : ['/run'])].filter((path) => existsSync(path));
  const replaced = [...new Set(folders.map((path) => realpathSync(path)))];
  const places = replaced.map((shared, index) => ({ shared, own: join(folder, String(index)) }));
  const emptied = homes.map(({ home, tools }, index) => ({ shared: home, own: join(folder, `home-${index}`), tools }));
  return {
    async prepare() {
      await removeTree(folder);
      mkdirSync(folder, { mode: 0o700 });
      for (const { own, shared } of places) {
        mkdirSync(own);
        chmodSync(own, shared === '/run' ? 0o755 : 0o1777);
      }
      for (const { own } of emptied) {
        mkdirSync(own);
        chmodSync(own, 0o755);
      }
    },
    wrap({ command, cwd }, visible) {
      const mounts = [
        ...emptied.flatMap((place) => mountsOf({ ...place, at: placeOf(place.shared, places) }, place.tools)),
        ...places.flatMap((place) => mountsOf(place, outermost(visible))),
      ];
      const namespaces = ['--mount', '--ipc', ...(ip === undefined ? [] : ['--net'])];
      const script = ['/bin/sh', '-c', SCRIPT, 'mounts', cwd, ip ?? '', ...mounts];
      return [unshare, ...namespaces, '--', ...script, '--', ...command];
    },
  };
}

/** Mounts one folder on another, pair by pair. The working folder is entered anew: the old one leads to what is hidden. */
const SCRIPT = `
cwd=$1; ip=$2; shift 2
[ -z "$ip" ] || "$ip" link set lo up || exit 125
while [ "$1" != -- ]; do mount --rbind "$1" "$2" || exit 125; shift 2; done
shift
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /dev/shm || exit 125
cd -P -- "$cwd" || exit 125
unset PWD OLDPWD
exec "$@"`;

interface Place {
  readonly shared: string;
  readonly own: string;
  /** Where it is mounted when that is not `shared` itself. */
  readonly at?: string;
}

/** A folder that lies below one of the places is put into its stand-in, before that covers it. */
function placeOf(path: string, places: readonly Place[]): string {
  const around = places.find(({ shared }) => path.startsWith(`${shared}${sep}`));
  if (around === undefined) return path;
  const target = join(around.own, relative(around.shared, path));
  makeMountPoint(path, target);
  return target;
}

/** What stays visible is mounted into the own folder first, then that one over the shared one. */
function mountsOf({ shared, own, at = shared }: Place, visible: readonly string[]): string[] {
  const kept = visible.filter((path) => path.startsWith(`${shared}${sep}`) && existsSync(path));
  const pairs = kept.flatMap((path) => {
    const target = join(own, relative(shared, path));
    makeMountPoint(path, target);
    return [path, target];
  });
  return [...pairs, own, at];
}

/** Folders above a mount point get the rights of those that they stand for: what was closed stays closed. */
function makeMountPoint(path: string, target: string): void {
  const isFolder = statSync(path).isDirectory();
  if (isFolder) makeFolderLike(path, target);
  else {
    makeFolderLike(dirname(path), dirname(target));
    closeSync(openSync(target, 'a'));
  }
}

function makeFolderLike(path: string, target: string): void {
  if (existsSync(target)) return;
  makeFolderLike(dirname(path), dirname(target));
  const { mode, uid, gid } = statSync(path);
  mkdirSync(target);
  chownSync(target, uid, gid);
  chmodSync(target, mode & 0o7777);
}

/** Without folders that lie below others of the list. */
function outermost(paths: readonly string[]): string[] {
  const all = [...new Set(paths.map((path) => resolve(path)))];
  return all.filter((path) => !all.some((other) => other !== path && path.startsWith(`${other}${sep}`)));
}
