import { expect } from 'chai';
import { type Commands, selectCommands } from '../../../src/core/repository/commands.ts';
import { wantedText } from '../../../src/core/repository/ecosystems/detect.ts';
import type { FileTree } from '../../../src/core/repository/file-tree.ts';

/** Returns what detection sees of files, given by their paths: the text of those alone that it asks for. */
export function fileTree(files: Readonly<Record<string, string>>): FileTree {
  const wanted = Object.entries(files).filter(([path]) => wantedText(path) !== 'none');
  return { paths: Object.keys(files), texts: Object.fromEntries(wanted) };
}

/** Returns the commands that files show, given by their paths. */
export function detect(files: Readonly<Record<string, string>>): Commands {
  return selectCommands({ repositoryFile: null, env: {}, tree: fileTree(files) });
}

type Row = readonly [name: string, files: Record<string, string>, expected: Partial<Commands>];

/** Tests that files show commands, in part. */
export function itDetects(rows: readonly Row[]): void {
  for (const [name, files, expected] of rows) {
    it(`takes ${name}`, () => {
      expect(detect(files)).to.deep.include(expected);
    });
  }
}

/** Returns a package.json with scripts and further fields. */
export function manifest(scripts: Record<string, string>, parts: object = {}): string {
  return JSON.stringify({ scripts, ...parts });
}

/** Returns fields of a package.json that depends on packages. */
export function uses(...names: string[]): object {
  return { devDependencies: Object.fromEntries(names.map((name) => [name, '1'])) };
}
