import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import { startTokenIn, withStartToken } from '../../../src/core/build-variables.ts';
import { parseProjectConfig } from '../../../src/core/config.ts';
import { lockKey } from '../../../src/core/lock.ts';
import type { Build, BuildStatus } from '../../../src/core/ports/builds.ts';
import type { BoardItem, BranchFacts, GitHub, HeadCommit, PullRequest } from '../../../src/core/ports/github.ts';
import { poll } from '../../../src/flows/poll/poll.ts';
import type { PollPorts, PollResult, Reconciled } from '../../../src/flows/poll/poll-types.ts';
import { reconcile } from '../../../src/flows/poll/reconcile.ts';
import { createRecordingTelemetry, type RecordingTelemetry } from '../recording-telemetry.ts';

export const BRANCH = 'feature/slug';
export const TARGET = 'For Implementation';
const REPOSITORY = 'octo/app';

/** One ready card on a board, one branch, one build service, all in memory: tests change what stands in here. */
export interface FlowScene {
  /** Null: the card is archived or gone. */
  column: string | null;
  /** When a person last changed the column. */
  movedByPersonAtMs: number | null;
  head: string;
  /** Whose commit the head is. */
  headCommit: HeadCommit;
  nowMs: number;
  readonly comments: string[];
  readonly builds: Map<string, Build>;
  readonly ports: PollPorts & { readonly telemetry: RecordingTelemetry };
  /** Parts of `github` and `ports` that tests put something else in the place of. */
  readonly github: { -readonly [Part in keyof GitHub]: GitHub[Part] };
  pullRequest: PullRequest | null;
  poll(over?: Partial<PollPorts>): Promise<PollResult>;
  reconcile(): Promise<Reconciled[]>;
  /** Ends the newest build, as one that was killed. */
  endBuild(status?: BuildStatus): void;
  lock(): ReturnType<PollPorts['locks']['get']>;
  close(): void;
}

const CONFIG = { organization: 'octo', repository: 'app', projectNumber: 1 };

export function createFlowScene(config: Readonly<Record<string, unknown>> = {}): FlowScene {
  const text = JSON.stringify({ ...CONFIG, ...config });
  const locks = createSqliteLockStore({ file: ':memory:' });
  const key = lockKey(REPOSITORY, BRANCH);
  let owners = 0;
  const scene: FlowScene = {
    column: TARGET,
    movedByPersonAtMs: null,
    head: 'a'.repeat(40),
    headCommit: { isByPerson: false, buildId: null },
    nowMs: 1_000_000,
    comments: [],
    builds: new Map(),
    pullRequest: null,
    github: {
      board: {
        read: async () => ({ ...BOARD, items: [cardIn(scene)] }),
        getColumn: async () => standOf(scene) ?? undefined,
        findCard: async () => {
          const stand = standOf(scene);
          return stand === null ? undefined : { ...stand, columns: COLUMNS };
        },
        async move(_, column) {
          scene.column = column;
          return { atMs: null };
        },
      },
      branches: {
        inspect: async (names) => ({
          repository: {
            nameWithOwner: REPOSITORY,
            defaultBranch: 'main',
            rulesFile: null,
            canPush: true,
            isArchived: false,
          },
          branches: new Map(names.map((name) => [name, factsOf(scene)])),
          requests: 1,
        }),
        rules: async () => [],
        rulesFile: async () => null,
        folders: async () => [],
      },
      rights: { missing: async () => [] },
      pullRequests: {
        find: async () => scene.pullRequest,
        get: async () => scene.pullRequest,
        createDraft: async () => Promise.reject(new Error('no pull request is wanted')),
        async updateBody(_, change) {
          if (scene.pullRequest === null) throw new Error('there is no pull request');
          scene.pullRequest = { ...scene.pullRequest, body: change(scene.pullRequest.body) };
          return scene.pullRequest;
        },
        setDraft: async () => undefined,
      },
      comments: {
        async upsert({ body }) {
          scene.comments.push(body);
          return 'https://github.test/comment';
        },
      },
    },
    ports: {
      readConfig: async () => ({ text, source: 'test' }),
      readRelease: async () => 'f'.repeat(64),
      readPause: async () => null,
      connectGitHub: () => scene.github,
      locks,
      builds: {
        async start({ token, variables }) {
          const build = newBuild({ id: `project:${scene.builds.size + 1}`, token, variables });
          scene.builds.set(build.id, build);
          return { kind: 'started', build };
        },
        find: async (token) =>
          [...scene.builds.values()].find(({ variables }) => startTokenIn(variables) === token) ?? null,
        get: async (ids) => ids.flatMap((id) => scene.builds.get(id) ?? []),
        stop: async () => undefined,
      },
      clock: { now: () => scene.nowMs, monotonicMs: () => scene.nowMs, sleep: async () => undefined },
      telemetry: createRecordingTelemetry(),
      newOwner: () => `owner-${++owners}`,
      agentKey: async () => null,
    },
    poll: (over = {}) =>
      poll({ ...scene.ports, ...over }, { environment: 'test', maxConcurrentBuilds: 1, leaseMs: 900_000 }),
    reconcile: () =>
      reconcile(
        { ...scene.ports, config: parseProjectConfig(text, 'test'), github: scene.github },
        { environment: 'test' },
      ),
    endBuild(status = 'FAILED') {
      const build = [...scene.builds.values()].at(-1);
      if (build) scene.builds.set(build.id, { ...build, status, ended: true, endedAtMs: scene.nowMs });
    },
    lock: () => locks.get(key),
    close: () => locks.close(),
  };
  return scene;
}

const COLUMNS = [TARGET, 'In Progress', 'In Review', 'Backlog'];

const BOARD = {
  projectId: 'P',
  title: 'Board',
  url: 'https://github.test/board',
  columns: COLUMNS,
  fields: {
    status: { dataType: 'SINGLE_SELECT', options: COLUMNS, foreignValue: null },
    branch: { dataType: 'TEXT', options: null, foreignValue: null },
    priority: null,
    all: [],
  },
  canUpdate: true,
  tokenScopes: null,
  requests: 1,
  budgetRemainingPct: null,
};

function standOf({ column, movedByPersonAtMs }: Pick<FlowScene, 'column' | 'movedByPersonAtMs'>) {
  return column === null ? null : { column, movedAtMs: movedByPersonAtMs };
}

function cardIn({ column, movedByPersonAtMs }: Pick<FlowScene, 'column' | 'movedByPersonAtMs'>): BoardItem {
  return {
    id: 'ITEM',
    type: 'ISSUE',
    title: 'Slugs',
    archived: column === null,
    status: column,
    movedAtMs: movedByPersonAtMs,
    movedByPersonAtMs,
    branchField: BRANCH,
    branchFieldFault: null,
    priority: null,
    position: 0,
    createdAtMs: 0,
    content: {
      id: 'ISSUE',
      number: 7,
      url: 'https://github.test/7',
      repository: REPOSITORY,
      state: 'OPEN',
      pullRequests: [],
      linkedBranches: [],
      hasMoreLinks: false,
    },
    unreadable: null,
  };
}

function factsOf({ head, headCommit }: Pick<FlowScene, 'head' | 'headCommit'>): BranchFacts {
  const names = ['tasks.md', 'requirements.md', 'design.md'];
  const spec = { folder: `.kiro/specs/${BRANCH}`, names, tasks: '- [ ] 1. Do it\n', config: null };
  return { exists: true, head, headCommit, rules: [], spec, pullRequests: [] };
}

function newBuild(request: { id: string; token: string; variables: Readonly<Record<string, string>> }): Build {
  return {
    id: request.id,
    status: 'IN_PROGRESS',
    ended: false,
    currentPhase: 'BUILD',
    startedAtMs: 0,
    endedAtMs: null,
    logsUrl: null,
    variables: withStartToken(request.variables, request.token),
  };
}
