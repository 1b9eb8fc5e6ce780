import { randomBytes } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { kiroSettings } from '../../src/adapters/agents/kiro.ts';
import { buildRelease } from '../../src/adapters/bundle/release-bundle.ts';
import { isOpenFolder, makeOpenFolder, needsOpenFolders, openTree } from '../../src/adapters/files/open-folder.ts';
import { createEnvironmentSecrets } from '../../src/adapters/local/environment-secrets.ts';
import { makePrivateFolder } from '../../src/adapters/local/private-files.ts';
import { closeInheritedDescriptors } from '../../src/adapters/process/inherited-descriptors.ts';
import { proxySecrets } from '../../src/adapters/process/machine-variables.ts';
import { errorMessage } from '../../src/core/errors.ts';
import { ENV } from '../../src/core/names.ts';
import { createKnownSecrets } from '../../src/core/secrets/known-secrets.ts';
import { DEMO, fillDemoBoard, holdDemoLock } from '../../src/fakes/github/demo-board.ts';
import type { LocalGitHub } from '../../src/fakes/github/server.ts';
import { startLocalGitHub } from '../../src/fakes/github/server.ts';
import type { Explained } from '../../src/flows/explain.ts';
import { explain } from '../../src/flows/explain.ts';
import { poll } from '../../src/flows/poll/poll.ts';
import { type FoundIsolation, findIsolation } from '../../src/local/isolation.ts';
import type { LocalRuntime } from '../../src/local/runtime.ts';
import { createLocalRuntime } from '../../src/local/runtime.ts';
import { DEFAULT_DATA } from '../cli/options.ts';
import type { Progress } from '../terminal/progress.ts';
import { createProgress } from '../terminal/progress.ts';
import { createQuietTelemetry } from '../terminal/quiet-telemetry.ts';
import type { DemoResult } from './demo-result.ts';
import { printDemo } from './demo-summary.ts';
import { readRun } from './run-files.ts';

const REPOSITORY_ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = path.join(REPOSITORY_ROOT, 'examples');
const KEPT_RUNS = 5;

/** `kiro-worker demo`: one poll, one build, one worker run on a local GitHub. Exit code 0 when the card was completed. */
export async function demo(options: { json?: boolean; keep?: boolean; isolation?: 'none' }): Promise<number> {
  closeInheritedDescriptors();
  const startedAtMs = Date.now();
  const progress = createProgress();
  const runDirectory = await makeRunDirectory(path.resolve(DEFAULT_DATA, 'demo')).catch((error: unknown) =>
    makeOtherRunDirectory(progress, error),
  );
  progress.show({ phase: 'github', text: 'Starting a local GitHub' });
  const token = `ghp_${randomBytes(18).toString('hex')}`;
  const agent = placeAgent();
  const wanted = options.isolation ?? process.env[ENV.untrustedUser];
  const found = await findIsolation(wanted);
  // The demo's agent, repository and tests are our own: it goes on where nothing can be kept apart.
  const isolation = found.obstacle === null ? wanted : 'none';
  progress.note(describe(found));
  const github = await startLocalGitHub({ tokens: [token], root: path.join(runDirectory, 'github') });
  try {
    const runtime = await createDemoRuntime({ github, runDirectory, token, progress, agent: agent.program, isolation });
    try {
      const result = await runDemo({ github, runtime, runDirectory, progress, startedAtMs });
      progress.stop();
      if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      else printDemo(result);
      if (options.keep) await waitForEnd(github);
      return result.outcome === 'completed' ? 0 : 1;
    } finally {
      await runtime.close();
    }
  } finally {
    progress.stop();
    await github.close();
    agent.remove();
  }
}

function describe({ isolation, text, obstacle }: FoundIsolation): string {
  if (obstacle === null) return `isolation: ${isolation}. ${text}`;
  return `isolation: none, since ${obstacle}. The demo runs a scripted agent of its own only; "local poll" would want --isolation none.`;
}

/** The agent's program: the one in `examples`, or a copy where other users may not come there. */
function placeAgent(): { program: string; remove: () => void } {
  const folder = path.join(EXAMPLES, 'agent');
  if (!needsOpenFolders() || isOpenFolder(folder)) {
    return { program: path.join(folder, 'demo-agent.mjs'), remove: () => {} };
  }
  const copy = makeOpenFolder('kiro-demo-agent');
  cpSync(folder, copy, { recursive: true });
  openTree(copy);
  return { program: path.join(copy, 'demo-agent.mjs'), remove: () => rmSync(copy, { recursive: true, force: true }) };
}

interface DemoSystem {
  readonly github: LocalGitHub;
  readonly runtime: LocalRuntime;
  readonly runDirectory: string;
  readonly progress: Progress;
  readonly startedAtMs: number;
}

async function createDemoRuntime(request: {
  github: LocalGitHub;
  runDirectory: string;
  token: string;
  progress: Progress;
  agent: string;
  isolation: string | undefined;
}): Promise<LocalRuntime> {
  const { github, runDirectory, token, progress, agent, isolation } = request;
  const { repository } = await fillDemoBoard(github, EXAMPLES);
  const configFile = path.join(runDirectory, 'kiro-worker.config.json');
  const config = {
    organization: DEMO.organization,
    repository,
    projectNumber: DEMO.projectNumber,
    maxConcurrentBuilds: 2,
    power: { source: path.join(EXAMPLES, 'power') },
  };
  await writeFile(configFile, `${JSON.stringify(config, null, 2)}\n`);
  progress.show({ phase: 'release', text: 'Bundling the worker' });
  const { redact, watch } = createKnownSecrets(proxySecrets(process.env));
  const env = {
    ...kiroSettings(process.env),
    [ENV.githubToken]: token,
    [ENV.kiroApiKey]: `ksk_${randomBytes(18).toString('hex')}`,
    [ENV.githubApiUrl]: github.apiUrl,
    [ENV.githubGraphqlUrl]: github.graphqlUrl,
    [ENV.githubServerUrl]: github.serverUrl,
    [ENV.kiroCliPath]: agent,
    [ENV.untrustedUser]: isolation,
  };
  return createLocalRuntime({
    configFile,
    dataDirectory: runDirectory,
    env,
    secrets: watch(createEnvironmentSecrets(env)),
    release: await buildRelease(),
    telemetry: createQuietTelemetry({ redact, write: (text) => progress.note(text) }),
    onOutput: (_, line) => progress.buildLine(line),
  });
}

async function runDemo({ github, runtime, runDirectory, progress, startedAtMs }: DemoSystem): Promise<DemoResult> {
  const { ports, config, settings } = runtime;
  await holdDemoLock(runtime.locks, config.repository);
  progress.show({ phase: 'board', text: 'Reading the board' });
  const connected = ports.connectGitHub(config);
  const { cards } = await explain({ config, github: connected, locks: ports.locks, clock: ports.clock });
  progress.show({ phase: 'poll', text: 'Locking the eligible card and starting its build' });
  const polled = await poll(ports, settings);
  await runtime.builds.waitForAll();
  const [started] = polled.started;
  const run = started ? await readRun(runtime.artifactsDirectory, started.buildId) : null;
  const pullRequest = await connected.pullRequests.find(DEMO.branch);
  const item = github.state.card(DEMO.card);
  const row = started ? (await runtime.locks.list()).find(({ buildId }) => buildId === started.buildId) : undefined;
  return {
    outcome: run?.outcome ?? polled.outcome,
    cards: cards.map((card) => describeCard(card, started?.itemId)),
    tasks: (run?.tasks ?? []).map(({ id, title, status, commit }) => ({ id, title, status, commit })),
    tests: run?.tests ?? null,
    coverage: run
      ? { linesPct: run.coverage.linesPct, threshold: run.coverage.thresholdPct ?? config.coverageThreshold }
      : null,
    pullRequest: {
      number: pullRequest?.number ?? 0,
      url: pullRequest?.url ?? '',
      body: pullRequest?.body ?? '',
      draft: pullRequest?.isDraft ?? true,
    },
    card: { status: item ? github.state.columnOf(item) : null },
    lock: { released: row?.status === 'released' },
    runDirectory,
    durationMs: Date.now() - startedAtMs,
  };
}

function describeCard(card: Explained, startedItemId: string | undefined): DemoResult['cards'][number] {
  const { title, detail } = card;
  if (card.itemId === startedItemId)
    return { title, decision: 'picked', reason: 'ready', detail: 'It was first in the queue.' };
  return { title, decision: 'left out', reason: card.reason, detail };
}

/** A folder that cannot be written to is no obstacle. */
async function makeOtherRunDirectory(progress: Progress, error: unknown): Promise<string> {
  if (!(error instanceof Error && 'code' in error)) throw error;
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-demo-'));
  progress.note(`${errorMessage(error)}; the demo's files go to ${folder}.`);
  return makeRunDirectory(folder);
}

async function makeRunDirectory(parent: string): Promise<string> {
  makePrivateFolder(parent);
  const runs = (await readdir(parent)).sort();
  for (const old of runs.slice(0, Math.max(0, runs.length - KEPT_RUNS + 1)))
    await rm(path.join(parent, old), { recursive: true, force: true });
  const name = `${new Date().toISOString().replace(/[:.]/g, '-')}-${randomBytes(2).toString('hex')}`;
  const folder = path.join(parent, name);
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

async function waitForEnd(github: LocalGitHub): Promise<void> {
  process.stderr.write(`\nThe local GitHub stays at ${github.url} (board, pull request, diff). Ctrl-C ends it.\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
