import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface ToolPlace {
  /** Folder below a home. */
  readonly folder: string;
  /** Names the folder to the tool where HOME is another. */
  readonly variable?: string;
}

/** Folders of tools below a home: none of them holds credentials, as `.cargo`, `.config`, `.local/share` and
 *  `.local/share/uv` would. CARGO_HOME and
 *  the like are not named, since tools write to them. */
const TOOL_PLACES: readonly ToolPlace[] = [
  { folder: '.pyenv', variable: 'PYENV_ROOT' },
  { folder: '.goenv', variable: 'GOENV_ROOT' },
  { folder: '.rbenv', variable: 'RBENV_ROOT' },
  { folder: '.phpenv', variable: 'PHPENV_ROOT' },
  { folder: '.nodenv', variable: 'NODENV_ROOT' },
  { folder: '.rustup', variable: 'RUSTUP_HOME' },
  { folder: '.dotnet', variable: 'DOTNET_ROOT' },
  ...['.nvm', '.fnm', '.local/share/fnm', '.volta', '.bun', '.deno/bin'].map((folder) => ({ folder })),
  ...['.local/share/uv/python', '.local/share/uv/tools', '.local/share/pipx/venvs', '.local/bin'].map((folder) => ({
    folder,
  })),
  ...['.asdf', '.local/share/mise', '.sdkman/candidates'].map((folder) => ({ folder })),
  ...['go/bin', 'go/pkg', 'sdk', '.cargo/bin'].map((folder) => ({ folder })),
];

/** Variables that name a tool its place. */
export const TOOL_VARIABLES: readonly string[] = TOOL_PLACES.flatMap(({ variable }) => variable ?? []);

/** Paths of the tools' folders that are there below `home`. */
export function toolsBelow(home: string): string[] {
  return TOOL_PLACES.map(({ folder }) => join(home, folder)).filter((path) => existsSync(path));
}

/** What tells tools below the homes where they lie; the first home that has a tool wins. */
export function toolVariables(homes: readonly string[]): Record<string, string> {
  const found = homes.flatMap((home) =>
    TOOL_PLACES.flatMap(({ folder, variable }) =>
      variable !== undefined && existsSync(join(home, folder)) ? [[variable, join(home, folder)] as const] : [],
    ),
  );
  return Object.fromEntries(found.reverse());
}
