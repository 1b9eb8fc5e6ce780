import { createSqliteLockStore, type SqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import type { Charge } from '../../../src/core/lifecycle/ledger.ts';
import type { Pause } from '../../../src/core/pause.ts';
import type { Agent } from '../../../src/core/ports/agent.ts';
import type { GitHub } from '../../../src/core/ports/github.ts';
import type { Sandbox } from '../../../src/core/ports/process.ts';
import type { Repository } from '../../../src/core/ports/repository.ts';
import type { Repository as HostedRepository, Item, Project, PullRequest } from '../../../src/fakes/github/model.ts';
import type { PollResult } from '../../../src/flows/poll/poll-types.ts';
import type { RunSettings } from '../../../src/worker/settings.ts';
import { Faults } from './faults.ts';
import { type DrillBuild, MemoryBuilds } from './memory/builds.ts';
import { MemoryGit } from './memory/git.ts';
import { createMemoryGitHub, type MemoryGitHub } from './memory/github.ts';
import { DrillProcess } from './process.ts';
import type { Program } from './program.ts';
import type { CardPlan, Scenario } from './scenario.ts';
import { VirtualTime } from './virtual-time.ts';

export const OWNER = 'acme';
export const REPOSITORY = 'acme/slugs';
export const PROJECT_NUMBER = 7;
export const COLUMNS = ['Backlog', 'For Implementation', 'In Progress', 'In Review', 'Needs a person', 'Done'] as const;
export const LEASE_MS = 15 * 60_000;
const PERSON = 'Robin Example <robin@example.com>';

/** What a planted bug puts in the place of a part, for a self-test; the product's own parts otherwise. */
export interface Replacements {
  readonly github?: (github: GitHub, world: World) => GitHub;
  readonly repository?: (repository: Repository, world: World) => Repository;
  readonly agent?: (agent: Agent) => Agent;
  /** The agent of a build in the place of Kiro, over the drill's sandbox. */
  readonly createAgent?: (parts: { sandbox: Sandbox; apiKey: () => Promise<string> }) => Agent;
  /** What plays its program. */
  readonly agentProgram?: Program;
  readonly settings?: Partial<RunSettings>;
  /** Looks for what else may not be at the end of a run. */
  readonly findMore?: (world: World) => Promise<string[]>;
  /** What a commit is searched for. */
  readonly committedSecrets?: readonly string[];
}

/** One card of the scenario as it stands on the board. */
export interface DrillCard {
  readonly plan: CardPlan;
  readonly item: Item;
  readonly issue: { readonly number: number };
  pullRequest: PullRequest | null;
}

/** A push that the server took. */
export interface TakenPush {
  readonly branch: string;
  readonly to: string;
  readonly process: string;
  readonly buildId: string;
  /** Whether the lock row named the build as its holder at that moment. */
  readonly wasHolder: boolean;
}

export interface AgentCall {
  readonly branch: string;
  readonly task: string;
  readonly buildId: string;
  readonly wasTicked: boolean;
  readonly overlaps: string | null;
}

/** Everything that one run consists of; nothing of it outlives the run. */
export class World {
  readonly scenario: Scenario;
  readonly replacements: Replacements;
  readonly time = new VirtualTime();
  readonly faults: Faults;
  readonly git = new MemoryGit();
  readonly locks: SqliteLockStore = createSqliteLockStore({ file: ':memory:' });
  readonly secrets = { token: 'ghp_Ae8kZq3VnT5wXy7LmB2cR9dFhJ4sPgUu', kiroKey: 'Qm4tYv8Kc1RzW6nB3xLp7HsJ' };
  /** What an operator has set up, and what the machines of builds have. */
  readonly setUp: { pause: Pause | null; release: string; hasTools: boolean } = {
    pause: null,
    release: 'a'.repeat(64),
    hasTools: true,
  };
  readonly github: MemoryGitHub;
  readonly hosted: HostedRepository;
  readonly project: Project;
  readonly cards: DrillCard[];
  readonly builds: MemoryBuilds;

  // What happened, for the invariants.
  readonly logs: string[] = [];
  readonly artifacts = new Map<string, string>();
  readonly pushes: TakenPush[] = [];
  readonly agentCalls: AgentCall[] = [];
  /** What releases put onto ledgers. */
  readonly charges: (Charge & { readonly outcome: string })[] = [];
  readonly personCommits: { branch: string; id: string }[] = [];
  readonly personMoves = new Set<string>();
  /** Surfaces that refused a write for good at some time, by rights. */
  readonly refusals = new Set<string>();
  readonly struck = new Set<string>();
  readonly polls: (PollResult | null)[] = [];
  /** So many of them came before the faults were lifted. */
  pollsBeforeLift = 0;
  readonly leftPrograms: string[] = [];
  readonly processes: DrillProcess[] = [];
  /** Agents at work by branch. */
  readonly working = new Map<string, string>();
  readonly #loseEvents = new Set<number>();
  readonly killWorkerAt: number[] = [];
  readonly workers = new Map<string, DrillProcess>();

  constructor(
    scenario: Scenario,
    parts: {
      readonly replacements: Replacements;
      readonly runWorker: (world: World, build: DrillBuild) => Promise<number>;
      readonly onBuildEnd: (world: World, build: DrillBuild) => void;
    },
  ) {
    this.scenario = scenario;
    this.replacements = parts.replacements;
    this.faults = new Faults(scenario.faults, this.time);
    this.github = createMemoryGitHub({
      git: this.git,
      tokens: new Set([this.secrets.token]),
      now: () => this.time.now(),
    });
    const { state } = this.github;
    state.addOwner({ login: OWNER, type: 'Organization' });
    this.#fillRepository();
    const name = REPOSITORY.slice(OWNER.length + 1);
    this.hosted = state.addRepository({ owner: OWNER, name, directory: '/drill/none', defaultBranch: 'main' });
    this.project = state.addProject({
      owner: OWNER,
      number: PROJECT_NUMBER,
      title: 'Slugs',
      columns: COLUMNS,
      priorities: ['High', 'Low'],
    });
    this.cards = scenario.cards.map((plan) => this.#addCard(plan));
    this.builds = new MemoryBuilds({
      time: this.time,
      limit: scenario.capacity,
      runWorker: (build) => parts.runWorker(this, build),
      killWorker: (build) => this.workers.get(build.id)?.kill(),
      onEnd: (build) => parts.onBuildEnd(this, build),
    });
  }

  /** A process whose requests can fail; `killAt` is the call that it does not survive. */
  startProcess(name: string, options: { killAt?: number | null; onKill?: () => void } = {}): DrillProcess {
    const process = new DrillProcess({ name, faults: this.faults, time: this.time, ...options });
    this.processes.push(process);
    return process;
  }

  /** Commits as a person does. */
  pushAsPerson(branch: string, files: Readonly<Record<string, string | null>>): string {
    const id = this.git.commitTo(branch, {
      files,
      message: 'A change by a person\n',
      author: PERSON,
      atMs: this.time.now(),
    });
    this.personCommits.push({ branch, id });
    return id;
  }

  /** The event of the next build that ends gets lost. */
  loseNextEvent(): void {
    this.#loseEvents.add(this.builds.all.length);
  }

  takesEvent(): boolean {
    const [lost] = this.#loseEvents;
    if (lost === undefined) return true;
    this.#loseEvents.delete(lost);
    return false;
  }

  rulesText(): string {
    return rulesText(this.scenario.isStrict);
  }

  get thresholdPct(): number {
    return this.scenario.isStrict ? 95 : 80;
  }

  /** Ends every process. */
  giveUp(): void {
    for (const process of this.processes) process.kill();
  }

  close(): void {
    this.locks.close();
  }

  #fillRepository(): void {
    const atMs = this.time.now();
    const common = { author: PERSON, atMs };
    const files = {
      'README.md': '# Slugs\n',
      '.kiro-worker.yml': rulesText(this.scenario.isStrict),
      // So large that what a card adds lowers the whole by less than the gate about changed lines minds.
      'src/base.js': 'covered 9520/10000\n',
    };
    this.git.commitTo('main', { files, message: 'First commit\n', ...common });
    for (const plan of this.scenario.cards) {
      const spec = `.kiro/specs/${plan.branch}`;
      const own = {
        [`${spec}/requirements.md`]: '# Requirements\n\n1.1 It works.\n',
        [`${spec}/design.md`]: '# Design\n\nPlain.\n',
        [`${spec}/tasks.md`]: `# Implementation Plan\n\n${plan.units.map((unit, index) => `- [ ] ${index + 1}. Make ${unit}\n`).join('')}`,
        ...(plan.quality === 'red' ? { 'src/old.js': 'BUG // covered 10/10\n' } : {}),
        ...(plan.isCheating ? { '.kiro-worker.yml': rulesText(false).replace('tests]', 'tests, --not-strict]') } : {}),
      };
      this.git.commitTo(plan.branch, { files: own, message: 'Write the spec\n', from: 'main', ...common });
      if (!plan.hasTwin) continue;
      this.git.commitTo(`refs/heads/${plan.branch}`, {
        files: { 'twin.md': 'A mistake.\n' },
        message: 'A twin\n',
        from: 'main',
        ...common,
      });
    }
  }

  #addCard(plan: CardPlan): DrillCard {
    const { state } = this.github;
    const { branch, title } = plan;
    const issue = state.addIssue({ repository: this.hosted, title, author: 'robin' });
    const pullRequest = plan.hasPullRequest
      ? state.addPullRequest({
          repository: this.hosted,
          author: 'robin',
          title,
          body: 'Slugs for everybody.\n',
          headRef: branch,
          draft: true,
        })
      : null;
    const item = state.addItem(this.project, { content: issue, column: 'For Implementation', branch });
    return { plan, item, issue, pullRequest };
  }
}

function rulesText(isStrict: boolean): string {
  const lines = [
    'install: false',
    'test: [make, tests]',
    'coverage: false',
    'reports:',
    '  tests: reports/junit.xml',
    '  coverage: coverage/lcov.info',
  ];
  return `${[...lines, ...(isStrict ? ['coverageThreshold: 95'] : [])].join('\n')}\n`;
}
