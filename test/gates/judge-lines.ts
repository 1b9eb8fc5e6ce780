import { diffArrays } from 'diff';
import {
  type ChangedLinesInput,
  type ChangedLinesResult,
  changedLinesGate,
} from '../../src/core/gates/coverage/lines/gate.ts';
import type { ChangedFile } from '../../src/core/gates/coverage/lines/judge-files.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

export interface Change {
  readonly before: Files;
  readonly after: Files;
  /** Coverage reports of the head by path. */
  readonly reports: Files;
  readonly input?: Partial<ChangedLinesInput>;
}

/** Lets the gate judge what differs between two sets of files, against a threshold of 80 percent. */
export function judgeLines({ before, after, reports, input }: Change): ChangedLinesResult {
  const files = changedFiles(before, after);
  return changedLinesGate.evaluate({
    files,
    filesOfBranch: files,
    changedPaths: [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (path) => before[path] !== after[path],
    ),
    unread: [],
    reports: Object.entries(reports).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) })),
    tree: {
      root: '/w/app',
      folder: '.',
      paths: new Set(Object.keys(after)),
      goModules: new Map(Object.entries(after).filter(([path]) => /(?:^|\/)go\.mod$/.test(path))),
    },
    thresholdPct: 80,
    totals: [],
    totalsBefore: [],
    policies: {},
    ...input,
  });
}

/** What differs, as git says it. */
export function changedFiles(before: Files, after: Files): ChangedFile[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((path): ChangedFile[] => {
    const [old, now] = [before[path] ?? null, after[path] ?? null];
    return old === now ? [] : [{ path, before: old, after: now, ...lineRanges(old, now) }];
  });
}

function lineRanges(before: string | null, after: string | null): Pick<ChangedFile, 'added' | 'removed'> {
  const added: { from: number; count: number }[] = [];
  const removed: { from: number; count: number }[] = [];
  let [oldAt, newAt] = [1, 1];
  for (const { value, ...part } of diffArrays((before ?? '').split('\n'), (after ?? '').split('\n'))) {
    if (part.added) added.push({ from: newAt, count: value.length });
    if (part.removed) removed.push({ from: oldAt, count: value.length });
    if (!part.added) oldAt += value.length;
    if (!part.removed) newAt += value.length;
  }
  return { added, removed };
}

/** An LCOV record; for each line of the file `+` executed, `-` not, `.` not counted. `extra` are further lines of it. */
export function lcovOf(path: string, marks: string, extra = ''): string {
  const lines = [...marks].flatMap((mark, at) => (mark === '.' ? [] : [`DA:${at + 1},${mark === '+' ? 1 : 0}\n`]));
  return `TN:\nSF:${path}\n${extra}${lines.join('')}end_of_record\n`;
}

/** A Cobertura report of some files, in the same notation. */
export function coberturaOf(files: Files, sources: readonly string[] = ['/w/app']): string {
  const classes = Object.entries(files).map(([path, marks]) => {
    const lines = [...marks].flatMap((mark, at) =>
      mark === '.' ? [] : [`<line number="${at + 1}" hits="${mark === '+' ? 1 : 0}"/>`],
    );
    return `<class name="c" filename="${path}"><methods/><lines>${lines.join('')}</lines></class>`;
  });
  const folders = sources.map((one) => `<source>${one}</source>`).join('');
  return `<coverage><sources>${folders}</sources><packages><package name="."><classes>${classes.join('')}</classes></package></packages></coverage>`;
}

/** A JaCoCo report of source files by package and name, in the same notation; `~` is a line that ran in part. */
export function jacocoOf(files: Files): string {
  const packages = Object.entries(files).map(([path, marks]) => {
    const [folder, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
    const lines = [...marks].flatMap((mark, at) => {
      const [missed, covered] = [mark === '+' ? 0 : 2, mark === '-' ? 0 : 2];
      return mark === '.' ? [] : [`<line nr="${at + 1}" mi="${missed}" ci="${covered}" mb="0" cb="0"/>`];
    });
    const covered = [...marks].filter((mark) => mark === '+' || mark === '~').length;
    const counter = `<counter type="LINE" missed="${lines.length - covered}" covered="${covered}"/>`;
    return `<package name="${folder}"><sourcefile name="${name}">${lines.join('')}${counter}</sourcefile></package>`;
  });
  return `<report name="app">${packages.join('')}</report>`;
}
