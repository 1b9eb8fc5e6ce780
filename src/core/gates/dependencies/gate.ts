import { errorMessage } from '../../errors.ts';
import { oneLine } from '../../json-lines.ts';
import { createFinding, type Finding } from '../finding.ts';
import { compareFile } from './compare.ts';
import type { FileFacts } from './facts.ts';
import { usualHosts } from './hosts.ts';
import { type Ecosystem, roleOf } from './read-file.ts';

/** A text, why there is none, or null where there is no file. */
export type FileText = string | { readonly problem: string } | null;

export interface DependencyChanges {
  /** Files that differ between the base line and the head, whatever they are. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly before: FileText; readonly after: FileText }>;
  /** Lock files of the base line that did not change: what they name is usual too. */
  readonly others: ReadonlyArray<{ readonly path: string; readonly text: string }>;
  /** Changed files in which lines about package managers' variables differ. */
  readonly variables: readonly string[];
}

/** Returns what a change brings: packages, where they come from, and what is run when they are installed. Throws for no file. */
export function findDependencyChanges({ files, others, variables }: DependencyChanges): Finding[] {
  const known = others.map(({ path, text }) => ({ path, facts: tryRead(path, text) }));
  const usualOf = (ecosystem: Ecosystem) =>
    usualHosts(
      known.flatMap(({ path, facts }) => {
        const role = roleOf(path);
        return role?.kind === 'facts' && role.ecosystem === ecosystem && 'dependencies' in facts ? [facts] : [];
      }),
    );
  const ofVariables = variables.map((path) =>
    createFinding('dependencies/setting', { path, message: VARIABLES_CHANGED }),
  );
  return [...files.flatMap((file) => judgeFile(file, usualOf)), ...ofVariables];
}

const VARIABLES_CHANGED =
  'Lines about variables that say where packages come from, or how they are checked, were changed.';

type Changed = DependencyChanges['files'][number];

function judgeFile(
  { path, before, after }: Changed,
  usualOf: (of: Ecosystem) => ReturnType<typeof usualHosts>,
): Finding[] {
  const role = roleOf(path);
  if (role === null) return [];
  const finding = (rule: Finding['rule'], message: string) => [createFinding(rule, { path, message })];
  if (role.kind !== 'facts') {
    if (after === null) return [];
    if (role.kind === 'program')
      return finding(
        'dependencies/install-script',
        `It is run when packages are installed or built, and was ${before === null ? 'added' : 'changed'}.`,
      );
    if (role.kind === 'package')
      return finding('dependencies/source', 'It is a built package that lies in the repository itself.');
    return finding('dependencies/unreadable', 'It is a lock file of a kind that the worker does not read.');
  }
  const old = before === null ? null : tryRead(path, before);
  const oldFacts = old !== null && 'dependencies' in old ? old : null;
  if (after === null) {
    const pinned =
      oldFacts?.isLock === true && oldFacts.dependencies.some(({ integrity }) => typeof integrity === 'string');
    return pinned
      ? finding('dependencies/integrity', 'The lock file was removed, with the hashes that packages were checked by.')
      : [];
  }
  const now = tryRead(path, after);
  if ('problem' in now) return finding('dependencies/unreadable', `It cannot be read: ${oneLine(now.problem, 200)}.`);
  const ownHosts = oldFacts?.isLock === true ? usualHosts([oldFacts]) : null;
  const hosts = now.isLock ? (ownHosts ?? usualOf(role.ecosystem) ?? usualHosts([now])) : null;
  return compareFile({ path, before: oldFacts, after: now, hosts });
}

/** Whatever a reader stumbles over is a reason, never an end. */
function tryRead(path: string, content: Exclude<FileText, null>): FileFacts | { readonly problem: string } {
  const role = roleOf(path);
  if (typeof content !== 'string') return content;
  if (role?.kind !== 'facts') return { problem: 'it is of no known kind' };
  try {
    return role.read(content);
  } catch (error) {
    return { problem: errorMessage(error).split('\n')[0] ?? '' };
  }
}
