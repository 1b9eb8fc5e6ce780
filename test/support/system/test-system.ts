import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEnvironmentSecrets } from '../../../src/adapters/local/environment-secrets.ts';
import { ENV } from '../../../src/core/names.ts';
import type { Item, Project, PullRequest, Repository } from '../../../src/fakes/github/model.ts';
import type { LocalGitHub, LocalGitHubOptions } from '../../../src/fakes/github/server.ts';
import { startLocalGitHub } from '../../../src/fakes/github/server.ts';
import { poll } from '../../../src/flows/poll/poll.ts';
import type { PollPorts, PollResult } from '../../../src/flows/poll/poll-types.ts';
import { findIsolation } from '../../../src/local/isolation.ts';
import type { LocalRuntime } from '../../../src/local/runtime.ts';
import { createLocalRuntime } from '../../../src/local/runtime.ts';
import { createRecordingTelemetry } from '../recording-telemetry.ts';
import { releaseOf, releaseOfWorker } from '../releases.ts';
import { specFiles, TASKS } from './repository.ts';
import { fill, makeSecrets, placeAgent, type SceneOptions, writeConfig } from './scene.ts';

export interface TestSystemOptions extends SceneOptions {
  /** Scenario of the scripted Kiro; see test/fixtures/scripted-kiro.mjs. */
  readonly agent?: string;
  /** Module whose function `work({ task, key, write })` is the scenario instead. */
  readonly agentScript?: string;
  readonly agentDelayMs?: number;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: { readonly token: string; readonly kiroKey: string };
  /** Certificate and key of the local GitHub, which then speaks https. */
  readonly tls?: LocalGitHubOptions['tls'];
  /** Commands of each build instead of the worker's; they run in `data/builds/ID/src`. */
  readonly build?: readonly string[];
}

/** One small repository with a board on a local GitHub, and the machine that works on it: all parts are the real ones. */
export interface TestSystem {
  /** Everything that the system leaves lies below it. */
  readonly root: string;
  readonly github: LocalGitHub;
  readonly repository: Repository;
  readonly project: Project;
  readonly item: Item;
  readonly pullRequest: PullRequest | null;
  readonly machine: LocalRuntime;
  readonly secrets: { readonly token: string; readonly kiroKey: string };
  readonly telemetry: ReturnType<typeof createRecordingTelemetry>;
  readonly configFile: string;
  readonly dataDirectory: string;
  /** Environment of the machine, also fit for a command that runs as a process of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets how the agent behaves from now on. */
  setAgent(scenario: string, delayMs?: number): Promise<void>;
  /** Another machine over the same data, as a second process would be. */
  openMachine(options?: { config?: Readonly<Record<string, unknown>> }): Promise<LocalRuntime>;
  poll(ports?: Partial<PollPorts>): Promise<PollResult>;
  /** One poll and its builds to the end. */
  run(ports?: Partial<PollPorts>): Promise<PollResult>;
  /** Adds another card with a branch and a spec of its own, at the end of the board. */
  addCard(title: string, options?: { branch?: string; priority?: string }): Promise<Item>;
  /** Polls until the lock's last outcome is `outcome`; throws after `most` polls. */
  runUntil(outcome: string, most?: number): Promise<PollResult[]>;
  close(): Promise<void>;
}

/** A machine that cannot keep untrusted programs apart shows all the rest. */
async function acceptedIsolation(): Promise<Record<string, string>> {
  isolation ??= findIsolation(undefined);
  return (await isolation).obstacle === null ? {} : { [ENV.untrustedUser]: 'none' };
}

let isolation: ReturnType<typeof findIsolation> | undefined;

export async function createTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  const { secrets = makeSecrets() } = options;
  const root = await mkdtemp(path.join(tmpdir(), 'kiro-system-'));
  // The agent's user must find its program below here.
  await chmod(root, 0o755);
  const github = await startLocalGitHub({
    tokens: [secrets.token],
    root: path.join(root, 'github'),
    ...(options.tls && { tls: options.tls }),
  });
  const scene = await fill(github, options);
  const configFile = path.join(root, 'kiro-worker.config.json');
  await writeConfig(configFile, options.config);
  const setAgent = await placeAgent(path.join(root, 'agent'), options.agentScript);
  await setAgent(options.agent ?? (options.agentScript ? 'script' : 'finish'), options.agentDelayMs);
  const env = {
    [ENV.githubToken]: secrets.token,
    [ENV.kiroApiKey]: secrets.kiroKey,
    [ENV.githubApiUrl]: github.apiUrl,
    [ENV.githubGraphqlUrl]: github.graphqlUrl,
    [ENV.githubServerUrl]: github.serverUrl,
    [ENV.kiroCliPath]: path.join(root, 'agent', 'kiro.mjs'),
    ...(await acceptedIsolation()),
    ...options.env,
  };
  const dataDirectory = path.join(root, 'data');
  const telemetry = createRecordingTelemetry();
  const release = options.build ? releaseOf(options.build) : await releaseOfWorker();
  const machines: LocalRuntime[] = [];
  const openMachine: TestSystem['openMachine'] = async (other = {}) => {
    const file = other.config ? path.join(root, `config-${machines.length}.json`) : configFile;
    if (other.config) await writeConfig(file, { ...options.config, ...other.config });
    const opened = await createLocalRuntime({
      configFile: file,
      dataDirectory,
      env,
      secrets: createEnvironmentSecrets(env),
      release,
      telemetry,
    });
    machines.push(opened);
    return opened;
  };
  const machine = await openMachine();
  const system: TestSystem = {
    ...scene,
    root,
    github,
    machine,
    secrets,
    telemetry,
    configFile,
    dataDirectory,
    env,
    setAgent,
    openMachine,
    poll: (ports = {}) => poll({ ...machine.ports, ...ports }, machine.settings),
    async run(ports) {
      const result = await system.poll(ports);
      await machine.builds.waitForAll();
      return result;
    },
    async addCard(title, { branch = `feature/${title.toLowerCase().replaceAll(' ', '-')}`, priority } = {}) {
      const { repository, project } = scene;
      const folder = `.kiro/specs/${branch}`;
      await github.moveBranch(repository, { branch, files: specFiles(options.tasks ?? TASKS, folder) });
      const content = github.state.addIssue({ repository, title, author: 'robin' });
      const column = 'For Implementation';
      return github.state.addItem(project, { content, column, branch, ...(priority && { priority }) });
    },
    async runUntil(outcome, most = 4) {
      const polls: PollResult[] = [];
      while (polls.length < most) {
        polls.push(await system.run());
        const [row] = await machine.locks.list();
        if (row?.status === 'released' && row.lastOutcome === outcome) return polls;
      }
      const [row] = await machine.locks.list();
      throw new Error(`after ${most} polls the lock is ${JSON.stringify(row)}: ${JSON.stringify(polls.at(-1))}`);
    },
    async close() {
      for (const opened of machines) await opened.close();
      await github.close();
      await rm(root, { recursive: true, force: true });
    },
  };
  return system;
}
