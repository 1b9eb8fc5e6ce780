import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that the rehearsal needs beside Node, each with the package of Debian and Ubuntu that has it. */
const PACKAGES = {
  git: 'git',
  java: 'openjdk-17-jdk-headless',
  'g++': 'g++',
  make: 'make',
  cmake: 'cmake',
  python3: 'python3',
  dockerd: 'docker.io',
  docker: 'docker.io',
  debootstrap: 'debootstrap',
  ip: 'iproute2',
  unshare: 'util-linux',
  flock: 'util-linux',
  bwrap: 'bubblewrap',
  bash: 'bash',
  zsh: 'zsh',
  tmux: 'tmux',
  go: 'golang-go',
  mvn: 'maven',
  gradle: 'gradle',
} as const;

export type Tool = keyof typeof PACKAGES;

/** Says which programs are not on the PATH and how to get them; null when all are there. */
export function missingTools(tools: readonly Tool[]): string | null {
  const absent = tools.filter((tool) => !isOnPath(tool));
  if (absent.length === 0) return null;
  const packages = new Set(absent.map((tool) => PACKAGES[tool]));
  return `${absent.join(', ')} not found; on Debian and Ubuntu: apt-get install ${[...packages].join(' ')}`;
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
