import type { Folder } from '../file-tree.ts';
import type { ToolName, ToolNeed } from '../tool-need.ts';

/** Files that name one version in their first line. */
const ONE_VERSION: Readonly<Record<string, ToolName>> = {
  '.nvmrc': 'node',
  '.node-version': 'node',
  '.python-version': 'python',
  '.go-version': 'go',
  '.java-version': 'jdk',
};
/** Names of `.tool-versions` (asdf, mise) and `.sdkmanrc`. */
const TOOL_NAMES: Readonly<Record<string, ToolName>> = {
  ...{ nodejs: 'node', node: 'node', npm: 'npm', pnpm: 'pnpm', yarn: 'yarn', bun: 'bun', deno: 'deno' },
  ...{ python: 'python', uv: 'uv', poetry: 'poetry', pdm: 'pdm', golang: 'go', go: 'go', rust: 'rust' },
  ...{ java: 'jdk', maven: 'maven', gradle: 'gradle' },
};

/** Names of the files that version managers read. */
export const VERSION_FILES: readonly string[] = [...Object.keys(ONE_VERSION), '.tool-versions', '.sdkmanrc'];

/** Returns what the files of version managers ask for of these tools. */
export function findVersionFileNeeds(folder: Folder, tools: readonly ToolName[]): ToolNeed[] {
  const single = Object.entries(ONE_VERSION).flatMap(([by, tool]) =>
    needOf({ tool, by, wanted: firstLine(folder, by) }),
  );
  const listed = [
    ...entriesOf(folder, { by: '.tool-versions', pattern: /^([\w-]+)[ \t]+(\S+)/gm }),
    ...entriesOf(folder, { by: '.sdkmanrc', pattern: /^(\w+)[ \t]*=[ \t]*(\S+)/gm }),
  ];
  return [...single, ...listed].filter(({ tool }) => tools.includes(tool));
}

function entriesOf(folder: Folder, { by, pattern }: { by: string; pattern: RegExp }): ToolNeed[] {
  return [...folder.text(by).matchAll(pattern)].flatMap(([, name = '', wanted = '']) => {
    const tool = Object.hasOwn(TOOL_NAMES, name) ? TOOL_NAMES[name] : undefined;
    return tool === undefined ? [] : needOf({ tool, by, wanted });
  });
}

function firstLine(folder: Folder, file: string): string {
  const lines = folder.text(file).split(/\r?\n/);
  return lines.map((line) => line.replace(/#.*/, '').trim()).find((line) => line !== '') ?? '';
}

/** Returns the need, or nothing where no version is given. */
export function needOf({ tool, by, wanted }: { tool: ToolName; by: string; wanted: unknown }): ToolNeed[] {
  return typeof wanted === 'string' && wanted.trim() !== '' ? [{ tool, by, wanted: wanted.trim().slice(0, 100) }] : [];
}
