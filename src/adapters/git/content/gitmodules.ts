import { type Git, gitFailed } from '../git-process.ts';
import { type PathBytes, splitNul } from '../path-bytes.ts';
import { findEntry } from '../trees.ts';

/** What a `.gitmodules` file says of one submodule; no other of its settings counts. */
export interface SubmoduleSettings {
  readonly url: string;
  /** `update = none`: git does not check it out either. */
  readonly isLeftOut: boolean;
}

/** Returns what the `.gitmodules` file of a commit says, by the submodules' paths; empty without the file. Throws GIT_FAILED when git
 *  cannot read it. */
export async function readGitmodules(git: Git, commit: string): Promise<Map<PathBytes, SubmoduleSettings>> {
  const entry = await findEntry(git, { revision: commit, file: '.gitmodules' });
  if (entry?.kind !== 'file') return new Map();
  const keys = '^submodule\\..+\\.(path|url|update)$';
  const args = ['config', '--blob', entry.id, '--no-includes', '--null', '--get-regexp', keys];
  const { exitCode, stdout, stderr } = await git.run(args);
  // It also exits with 1 when it finds nothing, and then says nothing.
  if (exitCode > 1 || stderr !== '') throw gitFailed(args, stderr);
  const byName = new Map<string, Record<string, string>>();
  for (const line of splitNul(stdout)) {
    const [, name = '', key = '', value = ''] = /^submodule\.(.+)\.(\w+)\n(.*)$/s.exec(line) ?? [];
    byName.set(name, { ...byName.get(name), [key]: value });
  }
  return new Map(
    [...byName.values()].flatMap(({ path = '', url = '', update = '' }) =>
      path === '' || url === '' ? [] : [[path, { url, isLeftOut: update === 'none' }] as const],
    ),
  );
}
