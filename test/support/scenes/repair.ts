import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AgentFields } from '../../../src/core/agent/settings.ts';
import { baselineCommit, lastVerdict } from '../../../src/core/lifecycle/baseline-record.ts';
import type { Agent, AgentRequest, AgentResult } from '../../../src/core/ports/agent.ts';
import { parseTasks } from '../../../src/core/spec/tasks.ts';
import { createOwnCommits } from '../../../src/worker/own-commits.ts';
import type { Implemented } from '../../../src/worker/run-states.ts';
import { verifyAndRepair } from '../../../src/worker/steps/finish/verify-and-repair.ts';
import { createBaselineScene, type Files } from './baseline.ts';

/** Writes what `verdict.txt` says into both reports: names of failed tests, one a line; `green` for none. The test `flaky` fails the first
 *  time alone, and `killed` is none: the program is, once its reports are there. */
const CHECK = `
import fs from 'node:fs';
const isFirst = !fs.existsSync(process.env.CALLS);
fs.appendFileSync(process.env.CALLS, 'test\\n');
const words = fs.readFileSync('verdict.txt', 'utf8').trim().split('\\n');
const failed = words.filter((name) => name !== 'green' && name !== 'killed' && (name !== 'flaky' || isFirst));
const cases = failed.map((name) => '<testcase name="' + name + '"><failure message="no: s3cret"/></testcase>');
fs.mkdirSync('reports', { recursive: true });
fs.writeFileSync('reports/junit.xml', '<testsuite><testcase name="always"/>' + cases.join('') + '</testsuite>');
fs.writeFileSync('reports/lcov.info', 'SF:a.js\\nLF:10\\nLH:9\\nend_of_record\\n');
if (words.includes('killed')) process.kill(process.pid, 'SIGKILL');
process.exitCode = failed.length > 0 ? 1 : 0;
`;
const RULES = `install: false
test: ${process.execPath} check.mjs
coverage: false
reports: {tests: reports/junit.xml, coverage: reports/lcov.info}
`;

/** What the agent does in one round: the texts of files of the workspace and of its home (`~/`), or how it ends. */
export type Round = Readonly<Record<string, string>> | Pick<AgentResult, 'kind'>;

/** The end of several runs over one branch, whose worker made a commit above a base line; git, processes, files and SQLite are the real
 *  ones, the agent writes what it is told to. */
export async function createRepairScene({ base = 'green', own }: { base?: string; own: string }) {
  const files: Files = { 'check.mjs': CHECK, 'verdict.txt': `${base}\n`, '.gitignore': 'reports/\nleft.txt\n' };
  const scene = await createBaselineScene(files);
  await scene.pushOwn({ 'verdict.txt': `${own}\n` });

  /** Ends a run at the newest commit, all of whose tasks are done; the agent makes one round after the other. */
  async function finish({ rules = '', rounds = [], credits = null }: FinishOptions = {}) {
    const { context, from, commands, callsOf } = await scene.openRun({ rules: `${RULES}${rules}` });
    const known = await scene.locks.getBaseline(scene.lockKey);
    const commit = baselineCommit(known, from.head);
    const state: Implemented = {
      ...{ ...from, commands, stage: 'implemented', looksAgain: false, tolerated: new Map() },
      ...{ baseline: { commit, verdict: lastVerdict(known, commit) }, tasks: parseTasks('- [x] 1. Do it\n') },
    };
    const { workspace, folder } = scene.git;
    const home = path.join(folder, 'home');
    const { agent, prompts, seen } = createScriptedAgent(rounds, { workspace, home });
    const { locks, lockKey } = scene;
    const ownCommits = createOwnCommits({ locks, lockKey, clock: context.clock, telemetry: context.telemetry });
    const limits = { agentTimeoutMs: 60_000, agentSilenceMs: 60_000, agentCreditLimit: credits };
    const result = await verifyAndRepair(
      {
        ...{
          ...context,
          agent,
          ownCommits,
          config: { repository: 'octo/app', agent: AgentFields.parse({}) },
          startedAtMs: 0,
        },
        settings: { ...context.settings, ...limits, specPath: '.kiro/specs/feature/a', buildId: 'b:1' },
        monitor: { ...context.monitor, checkCard: async () => {} },
        sandbox: { ...context.sandbox, home, find: () => '' },
        repositoryUrl: 'https://g.example/octo/app',
      },
      state,
    );
    const { results, logs } = context.record.current();
    return { result, prompts, seen, calls: callsOf().length, results, logs };
  }

  return { ...scene, finish, rounds: async () => (await scene.locks.getBaseline(scene.lockKey))?.rounds ?? [] };
}

interface FinishOptions {
  /** Further lines of `.kiro-worker.yml`. */
  readonly rules?: string;
  readonly rounds?: readonly Round[];
  readonly credits?: number | null;
}

function createScriptedAgent(rounds: readonly Round[], { workspace, home }: { workspace: string; home: string }) {
  const prompts: string[] = [];
  /** Names of what lay in workspace and home when each round began. */
  const seen: string[][] = [];
  const agent: Agent = {
    name: 'scripted',
    currency: 'credits',
    keyRemedy: 'None.',
    homeFolders: [],
    prepare: async () => {},
    probe: async () => ({ kind: 'unavailable', detail: 'No answer.' }),
    keyFingerprint: async () => 'key',
    async run({ prompt }: AgentRequest) {
      const round = rounds[prompts.length];
      prompts.push(prompt);
      seen.push([...readdirSync(workspace), ...readdirSync(home)]);
      if (round === undefined) throw new Error('The agent was asked once more than it has rounds.');
      const kind = isEnding(round) ? round.kind : 'finished';
      if (!isEnding(round))
        for (const [file, text] of Object.entries(round))
          writeFileSync(file.startsWith('~/') ? path.join(home, file.slice(2)) : path.join(workspace, file), text);
      const used = { credits: 1, tokens: null, rejections: [] };
      return { kind, detail: 'So it ended.', finalText: '', ...used, transcript: 'worked', durationMs: 1 };
    },
  };
  return { agent, prompts, seen };
}

function isEnding(round: Round): round is Pick<AgentResult, 'kind'> {
  return 'kind' in round;
}
