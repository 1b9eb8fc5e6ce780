import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnectGitHub } from '../../../src/adapters/github/connect.ts';
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { COLUMNS } from '../../../src/core/names.ts';
import type { LocalGitHub } from '../../../src/fakes/github/server.ts';
import { startLocalGitHub } from '../../../src/fakes/github/server.ts';
import { poll } from '../../../src/flows/poll/poll.ts';
import { createRecordingTelemetry } from '../../../test/support/recording-telemetry.ts';
import { PLACE, REPOSITORY_FILES, specFiles, TASKS } from '../../../test/support/system/repository.ts';
import { compare, type Row } from './row.ts';

interface Board {
  /** Cards on the board. */
  readonly cards: number;
  /** Cards in the column that is polled. */
  readonly inColumn: number;
  /** Those that name a branch, which must be looked at. */
  readonly branches: number;
}

const BOARDS: readonly Board[] = [
  { cards: 10, inColumn: 0, branches: 0 },
  { cards: 10, inColumn: 3, branches: 3 },
  { cards: 250, inColumn: 120, branches: 60 },
  { cards: 250, inColumn: 250, branches: 250 },
];

/** Requests to GitHub of one poll that decides only, beside the goal: one per 100 cards in the column, one per 50 branches. */
export async function measureRequests({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = [];
  for (const board of quick ? BOARDS.slice(0, 2) : BOARDS) rows.push(await measureBoard(board));
  return rows;
}

async function measureBoard(board: Board): Promise<Row> {
  const root = await mkdtemp(join(tmpdir(), 'bench-requests-'));
  const token = 'token-of-the-benchmark';
  const github = await startLocalGitHub({ tokens: [token], root: join(root, 'github') });
  const locks = createSqliteLockStore({ file: join(root, 'locks.sqlite') });
  try {
    await fill(github, board);
    const { owner: organization, name: repository, projectNumber } = PLACE;
    const { apiUrl, graphqlUrl, serverUrl } = github;
    const ports = {
      readConfig: async () => ({ text: JSON.stringify({ organization, repository, projectNumber }), source: 'bench' }),
      readRelease: async () => null,
      readPause: async () => null,
      connectGitHub: createConnectGitHub({ addresses: { apiUrl, graphqlUrl, serverUrl }, token: async () => token }),
      locks,
      builds: { start: noBuild, find: noBuild, get: noBuild, stop: noBuild },
      clock: systemClock,
      telemetry: createRecordingTelemetry(),
      newOwner: () => 'bench',
      agentKey: async () => null,
    };
    const before = github.requests.length;
    const result = await poll(ports, { environment: 'test', maxConcurrentBuilds: 1, leaseMs: 60_000, dryRun: true });
    if (result.ready.length !== board.branches)
      throw new Error(`${result.ready.length} were eligible: ${result.detail}`);
    return compare({
      group: 'GitHub requests of one poll',
      what: `${board.cards} cards, ${board.inColumn} in the column, ${board.branches} with a branch`,
      value: github.requests.length - before,
      unit: 'requests',
      against: {
        what: 'goal',
        value: Math.max(1, Math.ceil(board.inColumn / 100)) + Math.ceil(board.branches / 50),
      },
      earlier: board.inColumn === 0 ? '2 (saw 100 cards at most)' : '4 (one card; saw 100 at most)',
    });
  } finally {
    locks.close();
    await github.close();
    await rm(root, { recursive: true });
  }
}

async function noBuild(): Promise<never> {
  throw new Error('A dry run asks for no build.');
}

async function fill(github: LocalGitHub, { cards, inColumn, branches }: Board): Promise<void> {
  const { owner, name, projectNumber: number, columns } = PLACE;
  const { state } = github;
  state.addOwner({ login: owner, type: 'Organization' });
  const branchOf = (index: number) => `feature/n${index}`;
  const repository = await github.createRepository({
    owner,
    name,
    files: REPOSITORY_FILES,
    branches: Array.from({ length: branches }, (_, index) => ({
      name: branchOf(index),
      files: specFiles(TASKS, `.kiro/specs/${branchOf(index)}`),
      message: 'Write the spec\n',
    })),
  });
  const project = state.addProject({ owner, number, title: 'Bench', columns });
  for (let index = 0; index < cards; index += 1) {
    state.addItem(project, {
      content: state.addIssue({ repository, title: `Card ${index}`, author: 'robin' }),
      column: index < inColumn ? COLUMNS.target : 'Backlog',
      ...(index < branches ? { branch: branchOf(index) } : {}),
    });
  }
}
