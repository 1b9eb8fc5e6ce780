import type { Argv } from './argv.ts';
import type { Commands } from './commands.ts';
import type { ToolName } from './tool-need.ts';
import { toolsOf } from './tools.ts';

const PROOFS: Readonly<Record<ToolName, Argv>> = {
  node: ['node', '--version'],
  npm: ['npm', '--version'],
  pnpm: ['pnpm', '--version'],
  yarn: ['yarn', '--version'],
  bun: ['bun', '--version'],
  deno: ['deno', '--version'],
  python: ['python3', '--version'],
  uv: ['uv', '--version'],
  poetry: ['poetry', '--version'],
  pdm: ['pdm', '--version'],
  go: ['go', 'version'],
  jdk: ['java', '-version'],
  maven: ['mvn', '--version'],
  gradle: ['gradle', '--version'],
  rust: ['cargo', '--version'],
};

/** A tool that commands need, and the call that shows its version. */
export interface ProvableNeed {
  readonly tool: string;
  /** Version or range that a file asks for, null: any. */
  readonly version: string | null;
  readonly proof: Argv;
}

/** Returns the tools that the files ask for, and those that the commands start, each once. */
export function provableNeeds(commands: Commands): ProvableNeed[] {
  const asked = commands.needs.map(({ tool, wanted }) => ({ tool, version: wanted, proof: PROOFS[tool] }));
  const started = toolsOf(commands).map(({ name, proof }) => ({ tool: nameOf(name), version: null, proof }));
  const all = [...asked, ...started];
  return all.filter(({ tool }, at) => all.findIndex((other) => other.tool === tool) === at);
}

/** Returns the version in what a tool prints of itself, else the first line of that; parts of a tool print nothing. */
export function versionIn(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return /\d+(?:\.\d+)+[\w.+-]*/.exec(text)?.[0] ?? (line.slice(0, 100) || 'it starts');
}

function nameOf(program: string): string {
  const found = Object.entries(PROOFS).find(([, [name]]) => name === program);
  if (['python', 'javac', 'npx'].includes(program))
    return { python: 'python', javac: 'jdk', npx: 'npm' }[program] ?? program;
  return found?.[0] ?? program;
}
