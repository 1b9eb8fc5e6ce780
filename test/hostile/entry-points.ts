import { createAgentStream } from '../../src/core/agent/kiro/stream.ts';
import { judgeAgentRun } from '../../src/core/agent/kiro/verdict.ts';
import { DEFAULT_TASK_LIMITS } from '../../src/core/agent/limits.ts';
import { checkPower } from '../../src/core/agent/power.ts';
import { classifyItem } from '../../src/core/cards/work-item.ts';
import { parseProjectConfig } from '../../src/core/config.ts';
import { isWorkerError } from '../../src/core/errors.ts';
import type { BoardItem, LinkedPullRequest } from '../../src/core/ports/github.ts';
import { parseRepositoryFile } from '../../src/core/repository/repository-file.ts';
import { evaluateSpec, readTasksFile } from '../../src/core/spec/spec.ts';
import { parseWorkerSettings } from '../../src/worker/settings.ts';
import { makeBoardItem, makeLinkedPullRequest } from '../support/board-items.ts';
import { WORKER_ENVIRONMENT } from '../support/worker-environment.ts';

const CONFIG = parseProjectConfig('{"organization":"octo","repository":"app","projectNumber":1}', 'test');

/** What each entry point for foreign text says when it refuses an input; null when it accepts it. */
export const ENTRY_POINTS = {
  branch: (name: string) => refusalOf(makeBoardItem({ branchField: name })),
  card: (part: Partial<BoardItem>) => refusalOf(makeBoardItem(part)),
  config: (text: string) => errorOf(() => parseProjectConfig(text, 'kiro-worker.config.json')),
  repositoryFile: (text: string) => errorOf(() => parseRepositoryFile(text, '.kiro-worker.yml on main')),
  settings: (part: Record<string, string>) => errorOf(() => parseWorkerSettings({ ...WORKER_ENVIRONMENT, ...part })),
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
    const limits = { timeoutMs: 1000, silenceMs: 1000, creditLimit: null, ...DEFAULT_TASK_LIMITS };
    const { kind, detail } = judgeAgentRun({
      process,
      stream: stream.summary(),
      limits,
      limit: null,
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

export const linked = (...parts: Partial<LinkedPullRequest>[]): Partial<BoardItem> => ({
  content: makeBoardItem(
    {},
    { pullRequests: parts.map((part) => makeLinkedPullRequest({ headRef: 'feature/x', ...part })) },
  ).content,
});

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
