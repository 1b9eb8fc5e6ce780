import { createKiroAgent } from '../../../src/adapters/agents/kiro.ts';
import { parseBuildVariables } from '../../../src/core/build-variables.ts';
import { emptyModel } from '../../../src/core/gates/integrity/model.ts';
import { ENV } from '../../../src/core/names.ts';
import { loadConfig } from '../../../src/flows/poll/poll.ts';
import { endUnbegun, type UnbegunContext } from '../../../src/worker/end-unbegun.ts';
import { runWorker } from '../../../src/worker/run.ts';
import type { WorkerPorts } from '../../../src/worker/run-context.ts';
import { exitCodeOf } from '../../../src/worker/run-result.ts';
import type { RunSettings } from '../../../src/worker/settings.ts';
import { type DrillBuild, TIME_LIMIT_MS } from './memory/builds.ts';
import { createMemoryRepository, type Workspace } from './memory/repository.ts';
import {
  configText,
  connectGitHub,
  createArtifacts,
  ENVIRONMENT,
  lockStore,
  readSetting,
  type Started,
  start,
} from './ports.ts';
import type { DrillProcess } from './process.ts';
import { createPrograms } from './programs.ts';
import type { Quality } from './scenario.ts';
import { LEASE_MS, type World } from './world.ts';

/** The worker of a build, from its start to its exit code. */
export async function runWorkerOf(world: World, build: DrillBuild): Promise<number> {
  const started = start(world, {
    name: `worker of ${build.id}`,
    killAt: world.killWorkerAt.shift() ?? null,
    onKill() {
      forget(world, { branch: build.variables.BRANCH_NAME ?? '', buildId: build.id });
      if (build.endedAtMs === null) world.struck.add('a worker is killed');
      world.builds.end(build, 'FAILED');
    },
  });
  world.workers.set(build.id, started.process);
  const parsed = parseBuildVariables(build.variables);
  if ('problems' in parsed) throw new Error(parsed.problems.join(' '));
  const own = world.replacements.settings;
  const settings: RunSettings = { ...parsed.values, ...BUILD_SETTINGS, ...own, buildId: build.id };
  await Promise.allSettled([
    started.secrets.githubToken(),
    started.secrets.gitCredentials(),
    started.secrets.kiroApiKey(),
  ]);
  try {
    const composed = await workerPorts(started, { settings }).catch((error: unknown) => ({ error }));
    if ('error' in composed) return exitCodeOf(await endUnbegun(unbegunContext(started, settings), composed.error));
    const { ports, running } = composed;
    const result = await runWorker({ settings, ports, stop: build.stop.signal });
    if (running() > 0) world.leftPrograms.push(`${build.id}: ${running()} programs`);
    return exitCodeOf(result);
  } catch (error) {
    started.telemetry.error('the run ended without publishing its result', { error: String(error) });
    return 1;
  }
}

function unbegunContext(started: Started, settings: RunSettings): UnbegunContext {
  const { telemetry, known, world } = started;
  return { settings, locks: lockStore(started), clock: world.time.clock, telemetry, redact: known.redact };
}

const BUILD_SETTINGS = {
  environment: ENVIRONMENT,
  buildUrl: null,
  coverageThresholdPct: 80,
  leaseMs: LEASE_MS,
  timeLimitMs: TIME_LIMIT_MS,
  agentTimeoutMs: 30 * 60_000,
  agentSilenceMs: 10 * 60_000,
  agentCreditLimit: null,
  commandEnv: { [ENV.testCommand]: 'make tests', [ENV.coverageCommand]: undefined },
} as const;

async function workerPorts(started: Started, { settings }: { settings: RunSettings }) {
  const { world, process, known, secrets, telemetry } = started;
  const { replacements } = world;
  const workspace: Workspace = new Map();
  const config = await loadConfig(() => readSetting(process, { text: configText(), source: 'the drill' }));
  const hasTools = () => {
    if (!world.setUp.hasTools) world.struck.add('a tool is missing for a while');
    return world.setUp.hasTools;
  };
  const script = scriptOf(world, settings);
  const programs = createPrograms({
    process,
    time: world.time,
    workspace,
    agent: script,
    hasTools,
    agentProgram: replacements.agentProgram,
  });
  const repository = createMemoryRepository({
    server: world.git,
    process,
    workspace,
    secrets: () => replacements.committedSecrets ?? known.values(),
    author: 'Kiro Worker <kiro-worker@users.noreply.github.com>',
    clock: world.time.clock,
    refusal: () => refusalOf(world),
    onPush: ({ ref, to }) => notePush(world, { settings, process, ref, to }),
  });
  const { sandbox } = programs;
  const cliPath = globalThis.process.execPath;
  const { kiroApiKey: apiKey } = secrets;
  const agent =
    replacements.createAgent?.({ sandbox, apiKey }) ??
    createKiroAgent({ sandbox, apiKey, cliPath, engine: 'v3', settings: {} });
  const ports: WorkerPorts = {
    config,
    locks: lockStore(started),
    github: connectGitHub(started)(config),
    repository: replacements.repository?.(repository, world) ?? repository,
    ...programs,
    agent: replacements.agent?.(agent) ?? agent,
    artifacts: createArtifacts(started, settings.buildId),
    buildReports: null,
    commandEnvironment: {},
    toolchains: { list: async () => ({ usable: [], closed: [] }) },
    // A thread would answer by real time, and a seed would not replay exactly.
    createSourceParser: () => ({
      read: async (files) => files.map(({ path }) => emptyModel(path, null)),
      close: async () => {},
    }),
    readPower: async () => {
      throw new Error('The drill has no Power.');
    },
    clock: world.time.clock,
    telemetry,
    redact: known.redact,
    release: 'drill',
    repositoryUrl: 'http://localhost/acme/slugs',
  };
  return { ports, running: programs.running };
}

function refusalOf({ hosted, github, secrets }: World): string | null {
  const gone = 'fatal: unable to access: The requested URL returned error:';
  if (!github.tokens.has(secrets.token)) return `fatal: Authentication failed for 'https://github.test/'`;
  return hosted.permission === 'READ'
    ? `remote: Permission to acme/slugs.git denied to kiro-worker-bot.\n${gone} 403`
    : null;
}

function notePush(
  world: World,
  { settings, process, ref, to }: { settings: RunSettings; process: DrillProcess; ref: string; to: string },
): void {
  const branch = ref.replace('refs/heads/', '');
  world.pushes.push({ branch, to, process: process.name, buildId: settings.buildId, wasHolder: false });
  const push = world.pushes.length - 1;
  const noted = world.pushes[push];
  // The store answers at once, but by a promise.
  void world.locks.get(settings.holder.lockKey).then((row) => {
    const { owner, fence } = settings.holder;
    const wasHolder = row?.status === 'held' && row.owner === owner && row.fence === fence;
    if (noted) world.pushes[push] = { ...noted, wasHolder };
  });
}

/** By the number of the repair; 0 for the task itself. */
const CONTENT: Readonly<Record<Quality, (key: string, repair: number) => string>> = {
  good: () => 'export const made = true; // covered 10/10\n',
  thin: () => 'export const made = true; // covered 5/30\n',
  broken: (_, repair) => `export const made = BUG; // ${repair}, covered 10/10\n`,
  mending: (_, repair) => `export const made = ${repair < 2 ? 'BUG' : 'true'}; // ${repair}, covered 10/10\n`,
  red: () => 'export const made = true; // covered 10/10\n',
  leaking: (key) => `export const key = '${key}'; // covered 10/10\n`,
};

function scriptOf(world: World, settings: RunSettings) {
  const { branch, buildId } = settings;
  const plan = world.cards.find((card) => card.plan.branch === branch)?.plan;
  return {
    minutes: plan?.agentMinutes ?? 2,
    work(task: string) {
      const repair = Number(/^repair-(\d+)$/.exec(task)?.[1] ?? 0);
      const content = CONTENT[plan?.quality ?? 'good'](world.secrets.kiroKey, repair);
      return new Map((repair > 0 ? (plan?.units ?? []) : [task]).map((unit) => [`src/${unit}.js`, content]));
    },
    onStart(task: string) {
      const head = world.git.refs.get(`refs/heads/${branch}`);
      const tasks = head === undefined ? '' : String(world.git.filesOf(head).get(`.kiro/specs/${branch}/tasks.md`));
      const wasTicked = new RegExp(`- \\[x\\].*${task}$`, 'm').test(tasks);
      const overlaps = world.working.get(branch) ?? null;
      world.agentCalls.push({ branch, task, buildId, wasTicked, overlaps: overlaps === buildId ? null : overlaps });
      world.working.set(branch, buildId);
    },
    onEnd: () => forget(world, { branch, buildId }),
  };
}

/** The agent of a build has ended, by itself or with its container. */
function forget({ working }: World, { branch, buildId }: { branch: string; buildId: string }): void {
  if (working.get(branch) === buildId) working.delete(branch);
}
