import type { CoverageGateResult } from '../../../core/gates/coverage/gate.ts';
import { type ChangedLinesResult, changedLinesGate } from '../../../core/gates/coverage/lines/gate.ts';
import type { ChangedFile } from '../../../core/gates/coverage/lines/judge-files.ts';
import { languageOf } from '../../../core/gates/coverage/lines/language.ts';
import type { CommitTree } from '../../../core/gates/coverage/lines/locate.ts';
import type { CommittedBlob, CommittedChange } from '../../../core/ports/git-objects.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { WorkspaceFiles } from '../../../core/ports/workspace-files.ts';
import type { Commands } from '../../../core/repository/commands.ts';
import type { Implemented } from '../../run-states.ts';
import type { TestsResult } from '../test.ts';

export interface ChangedLinesContext {
  readonly repository: Pick<Repository, 'objects' | 'read' | 'paths' | 'workspace'>;
  /** For the path of the workspace alone, by which reports name files. */
  readonly workspaceFiles: WorkspaceFiles;
}

interface Change {
  readonly state: Pick<Implemented, 'mergeBase' | 'baseline' | 'repositoryFile'>;
  /** The base line. */
  readonly from: string;
  readonly head: string;
  readonly commands: Pick<Commands, 'folder'>;
  readonly coverage: CoverageGateResult;
  readonly reports: TestsResult['reports'];
}

/** Of source files of people; what is larger was made by a tool. */
const LIMITS = { eachBytes: 2 * 1024 * 1024, allBytes: 64 * 1024 * 1024 };
const MOST_FILES = 3000;
const MOST_MODULES = 500;

/** Judges which of the lines that the run changed were executed by the tests whose reports these are. Throws GIT_FAILED. */
export async function judgeChangedLines(context: ChangedLinesContext, change: Change): Promise<ChangedLinesResult> {
  const { state, from, head, coverage, reports, commands } = change;
  const since = await filesBetween(context, { since: from, until: head });
  const sinceBase =
    state.mergeBase === from ? since : await filesBetween(context, { since: state.mergeBase, until: head });
  return changedLinesGate.evaluate({
    files: since.files,
    filesOfBranch: sinceBase.files,
    changedPaths: since.paths,
    unread: since.unread,
    reports: reports.coverage,
    tree: await treeOf(context, { head, folder: commands.folder }),
    thresholdPct: coverage.thresholdPct,
    totals: coverage.lineTotals,
    totalsBefore: state.baseline.verdict?.lineTotals ?? [],
    policies: state.repositoryFile?.gates ?? {},
  });
}

interface Between {
  readonly files: readonly ChangedFile[];
  readonly unread: readonly string[];
  readonly paths: readonly string[];
}

/** Source files that differ, the names of those that are too large or too many, and those of all that differs. */
async function filesBetween(
  { repository: { objects } }: ChangedLinesContext,
  range: { since: string; until: string },
): Promise<Between> {
  const everything = await objects.changes(range);
  const all = everything.filter(isOfSource);
  const changes = all.slice(0, MOST_FILES);
  const ids = changes.flatMap(({ before, after }) => [before, after].flatMap((blob) => fileId(blob) ?? []));
  const contents = await objects.contents(ids, LIMITS);
  const textOf = (blob: CommittedBlob | null) => {
    const bytes = contents.get(fileId(blob) ?? '') ?? null;
    return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  };
  const files: ChangedFile[] = [];
  const unread = all.slice(MOST_FILES).map(({ path }) => path);
  for (const change of changes) {
    const { path } = change;
    const [before, after] = [textOf(change.before), textOf(change.after)];
    if (isUnread(change.before, before) || isUnread(change.after, after)) unread.push(path);
    else files.push({ path, before, after, ...(await linesOf(objects, { change, before, after })) });
  }
  return { files, unread, paths: everything.map(({ path }) => path) };
}

function isOfSource({ path, formerPath, before, after }: CommittedChange): boolean {
  if (languageOf(path) === null && languageOf(formerPath) === null) return false;
  return fileId(before) !== fileId(after);
}

function fileId(blob: CommittedBlob | null): string | null {
  return blob?.kind === 'file' ? blob.id : null;
}

function isUnread(blob: CommittedBlob | null, text: string | null): boolean {
  return fileId(blob) !== null && text === null;
}

/** A whole file came or went, or git says which lines did. */
async function linesOf(
  objects: ChangedLinesContext['repository']['objects'],
  { change, before, after }: { change: CommittedChange; before: string | null; after: string | null },
): Promise<Pick<ChangedFile, 'added' | 'removed'>> {
  const [old, now] = [fileId(change.before), fileId(change.after)];
  if (old !== null && now !== null) return objects.lineChanges({ before: old, after: now });
  const whole = (text: string | null) => (text === null ? [] : [{ from: 1, count: text.split('\n').length }]);
  return { added: whole(after), removed: whole(before) };
}

async function treeOf(
  { repository, workspaceFiles }: ChangedLinesContext,
  { head, folder }: { head: string; folder: string },
): Promise<CommitTree> {
  const paths = new Set(await repository.paths(head));
  const goModules = new Map<string, string>();
  for (const path of [...paths].filter((one) => /(?:^|\/)go\.mod$/.test(one)).slice(0, MOST_MODULES)) {
    const bytes = await repository.read(head, path);
    if (bytes !== null) goModules.set(path, new TextDecoder().decode(bytes));
  }
  return { root: repository.workspace, realRoot: await workspaceFiles.realRoot(), folder, paths, goModules };
}
