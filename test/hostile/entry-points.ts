import { createAgentStream } from '../../src/core/agent/kiro/stream.ts';
import { judgeAgentRun } from '../../src/core/agent/kiro/verdict.ts';
import { checkPower } from '../../src/core/agent/power.ts';
import { classifyItem } from '../../src/core/cards/work-item.ts';
import { parseProjectConfig } from '../../src/core/config.ts';
import { isWorkerError } from '../../src/core/errors.ts';
import type { BoardContent, BoardItem, LinkedPullRequest } from '../../src/core/ports/github.ts';
import { parseRepositoryFile } from '../../src/core/repository/repository-file.ts';
import { evaluateSpec, readTasksFile } from '../../src/core/spec/spec.ts';
import { parseWorkerSettings } from '../../src/worker/settings.ts';

const CONFIG = parseProjectConfig('{"organization":"octo","repository":"app","projectNumber":1}', 'test');

/** A complete environment of a worker, of which each hostile one spoils a variable. */
const SETTINGS = {
  BRANCH_NAME: 'feature/x',
  BRANCH_HEAD: 'a'.repeat(40),
  SPEC_PATH: '.kiro/specs/feature/x',
  ENVIRONMENT: 'test',
  WORK_ITEM_ID: 'PVTI_1',
  WORK_ITEM_NUMBER: '7',
  LOCK_KEY: 'octo/app#feature/x',
  LOCK_OWNER: 'owner',
  LOCK_FENCE: '1',
  ATTEMPT: '1',
  LOCKS_TABLE_NAME: 'locks',
  ARTIFACTS_BUCKET_NAME: 'artifacts',
  GITHUB_PROJECT_CONFIG_PARAMETER_NAME: '/config',
};

const OWN: LinkedPullRequest = {
  number: 5,
  state: 'OPEN',
  headRef: 'feature/x',
  headRepository: 'octo/app',
  repository: 'octo/app',
};

/** What each entry point for foreign text says when it refuses an input; null when it accepts it. */
export const ENTRY_POINTS = {
  branch: (name: string) => refusalOf(card({ branchField: name })),
  card: (part: Partial<BoardItem>) => refusalOf(card(part)),
  config: (text: string) => errorOf(() => parseProjectConfig(text, 'kiro-worker.config.json')),
  repositoryFile: (text: string) => errorOf(() => parseRepositoryFile(text, '.kiro-worker.yml on main')),
  settings: (part: Record<string, string>) => errorOf(() => parseWorkerSettings({ ...SETTINGS, ...part })),
  spec: (part: { names?: string[]; tasks?: string | null; config?: string }) => {
    const whole = { names: ['tasks.md', 'requirements.md', 'design.md'], tasks: '- [ ] 1. Do it\n', config: null };
    const { problems } = evaluateSpec({ folder: '.kiro/specs/x', ...whole, ...part });
    return problems.length === 0 ? null : problems.map(({ file, message }) => `${file}: ${message}`).join('\n');
  },
  tasksFile: (bytes: Uint8Array) => {
    const read = readTasksFile(bytes);
    return 'problem' in read ? `${read.problem.file}: ${read.problem.message}` : null;
  },
  agent: (lines: readonly string[]) => {
    const stream = createAgentStream(() => undefined);
    for (const line of lines) stream.push(line);
    const process = { exitCode: 0, signal: null, endedBy: 'exit', stderrTail: '' } as const;
    const limits = { timeoutMs: 1000, silenceMs: 1000, creditLimit: null };
    const { kind, detail } = judgeAgentRun({
      process,
      stream: stream.summary(),
      limits,
      overCredits: false,
      isSilent: false,
    });
    return kind === 'finished' ? null : `${kind}: ${detail}`;
  },
  power: (files: { steering?: Record<string, string>; manifest?: string }) => {
    const encode = (text: string) => new TextEncoder().encode(text);
    const steering = new Map(
      Object.entries(files.steering ?? { 'a.md': '' }).map(([name, text]) => [name, encode(text)]),
    );
    const power = { source: 'a-power', version: '1.0.0', manifest: files.manifest ?? null, steering };
    return errorOf(() => checkPower(power, () => '0'.repeat(64)));
  },
} as const;

const CONTENT: BoardContent = {
  id: 'I_1',
  number: 7,
  url: 'https://github.com/octo/app/issues/7',
  repository: 'octo/app',
  state: 'OPEN',
  pullRequests: [],
  linkedBranches: [],
};

export const linked = (...parts: Partial<LinkedPullRequest>[]): Partial<BoardItem> => ({
  content: { ...CONTENT, pullRequests: parts.map((part) => ({ ...OWN, ...part })) },
});

function card(part: Partial<BoardItem>): BoardItem {
  return {
    id: 'PVTI_1',
    type: 'ISSUE',
    title: 'A card',
    archived: false,
    status: 'For Implementation',
    branchField: null,
    priority: null,
    position: 0,
    createdAtMs: 0,
    content: CONTENT,
    ...part,
  };
}

function refusalOf(item: BoardItem): string | null {
  const classified = classifyItem(item, CONFIG);
  return classified.kind === 'candidate' ? null : `${classified.skipped.reason}: ${classified.skipped.detail}`;
}

function errorOf(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (isWorkerError(error)) return error.message;
    throw error;
  }
}
