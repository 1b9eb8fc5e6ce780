import type { Played } from './play-row.ts';
import type { Row } from './row.ts';

/** A row that was played, or why it could not be. */
export type TableRow = { readonly row: Row } & ({ readonly played: Played } | { readonly absent: string });

const HEAD = `# Real projects

<!-- Written by: MATRIX_TABLE=docs/repositories-matrix.md npm run rehearse -- --only matrix -->

Each project below was fetched by its package client at a pinned hash and carried through the worker as a whole build: a
repository with a card and a spec of two tasks, the agent replaced by a script that adds a function with its test for each task,
everything else as it is in use, in the sandbox. None was given a word of configuration of ours: where nothing is detected, the
\`.kiro-worker.yml\` that \`repository check\` prints was pasted as it is, and the table says so. Two builds ran at a time; the time is
that of a whole build with its downloads, the memory the most that all its processes had at once.

*Published* projects are exactly what their authors published. What no package carries (lock files, workspaces, build files of
other managers) is *assembled*: sources and tests of published packages in a skeleton, with a lock made by the manager.

`;

const FOOT = `
Tried, and not in the table: attrs 26.1.0 and python-dotenv 1.2.4, of which one and four tests fail as they were published;
brorand 1.1.0 and github.com/BurntSushi/toml v1.4.0 cover 59 % and 69 % of their lines, below the 80 % that the worker asks for by
default.
`;

/** Returns the page of all rows. */
export function formatMatrix(rows: readonly TableRow[]): string {
  const head = ['kind', 'project', 'detected', 'base line', 'outcome', 'tests', 'lines', 'time', 'memory'];
  const lines = [head, head.map(() => '---'), ...rows.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |`);
  return `${HEAD}${lines.join('\n')}\n${FOOT}`;
}

function cellsOf(entry: TableRow): string[] {
  const { row } = entry;
  const start = [row.kind, projectOf(row)];
  if ('absent' in entry) return [...start, `not tried: ${entry.absent}`, '', '', '', '', '', ''];
  const { check, pasted, carried } = entry.played;
  const { baseLine, outcome, tests, linesPct, seconds, peakBytes } = carried;
  const test = (check.commands?.test ?? []).map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ');
  const how =
    pasted === null
      ? check.detectedBy.map(code).join(', ')
      : 'nothing at first; what `repository check` printed was pasted';
  return [
    ...start,
    `${how}: ${code(test.replaceAll('|', '\\|'))}`,
    baseLine,
    outcome,
    testsOf(tests),
    linesPct === null
      ? 'none'
      : `${linesPct.toFixed(1)} %${row.thresholdPct === undefined ? '' : `, asked for ${row.thresholdPct}`}`,
    `${Math.round(seconds)} s`,
    `${Math.round(peakBytes / 1e6)} MB`,
  ];
}

function testsOf(tests: Played['carried']['tests']): string {
  if (tests === null) return 'by exit code';
  const skipped = tests.total - tests.passed - tests.failed;
  return `${tests.passed} passed${tests.failed > 0 ? `, ${tests.failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function projectOf({ project }: Row): string {
  if ('upstream' in project) return `${project.upstream.name} ${project.upstream.version}, published`;
  const names = new Set(project.pieces.map(({ source: { name, version } }) => `${name} ${version}`));
  return `${[...names].join(' and ')}, assembled`;
}

function code(text: string): string {
  return `\`${text}\``;
}
