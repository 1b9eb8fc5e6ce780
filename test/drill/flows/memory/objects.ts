import { diffArrays } from 'diff';
import type { GitObjects, LineRange } from '../../../../src/core/ports/git-objects.ts';
import type { MemoryGit } from './git.ts';

/** Returns what reads the objects of git in memory: a renamed file is one that went and one that came. */
export function createMemoryObjects(git: MemoryGit): GitObjects {
  return {
    async treeOf(commit) {
      const tree = git.resolve(`${commit}:`);
      if (tree === null) throw new Error(`there is no commit ${commit}`);
      return tree.oid;
    },
    async changes({ since, until }) {
      const [before, after] = [git.commit(since).tree, git.commit(until).tree];
      const blob = (id: string | undefined) =>
        id === undefined ? null : ({ kind: 'file', id, isExecutable: false } as const);
      return git
        .changesBetween(since, until)
        .map(({ path }) => ({ path, formerPath: path, before: blob(before.get(path)), after: blob(after.get(path)) }));
    },
    async contents(ids, { eachBytes, allBytes }) {
      let left = allBytes;
      const contents = new Map<string, Uint8Array | null>();
      for (const id of new Set(ids)) {
        const bytes = git.readBlob(id);
        const isRead = bytes.length <= eachBytes && bytes.length <= left;
        if (isRead) left -= bytes.length;
        contents.set(id, isRead ? bytes : null);
      }
      return contents;
    },
    async lineChanges({ before, after }) {
      const [old, now] = [before, after].map((id) => linesOf(git.readBlob(id).toString('latin1')));
      const added: LineRange[] = [];
      const removed: LineRange[] = [];
      let [oldAt, newAt] = [1, 1];
      for (const part of diffArrays(old ?? [], now ?? [])) {
        const count = part.value.length;
        if (part.added) added.push({ from: newAt, count });
        if (part.removed) removed.push({ from: oldAt, count });
        if (!part.added) oldAt += count;
        if (!part.removed) newAt += count;
      }
      return { added, removed };
    },
  };
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}
