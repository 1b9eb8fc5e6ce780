import { WorkerError } from '../errors.ts';

export interface PromptFacts {
  readonly repository: string;
  readonly branch: string;
  readonly specFolder: string;
  /** Names of the spec's files that exist. */
  readonly specFiles: readonly string[];
  /** The task's own block of tasks.md. */
  readonly task: string;
  readonly taskNumber: number;
  readonly taskCount: number;
  readonly testCommand: readonly string[] | null;
  readonly protectedPaths: readonly string[];
}

const TEMPLATE = `You implement one task of a specification in the repository {{repository}} (branch {{branch}}), which is checked out in the current folder.

The task (number {{taskNumber}} of {{taskCount}}):

<task>
{{task}}
</task>

How to work:
- Read these files first: {{specFiles}}. They say what is wanted; follow the project's steering files and conventions.
- Implement this task completely, and nothing of any other task.
- Write or extend automated tests for what you implement.{{testHint}}
- Where something is unclear, decide on the most reasonable reading and go on; nobody can answer questions.
- Only edit files in the current folder. Do not commit, push, switch branches or change git settings: that is done for you.
- Do not edit anything in .kiro/specs: boxes in tasks.md are ticked for you.
- Do not change these paths: {{protectedPaths}}.
- Do not weaken, skip or delete existing tests, and do not lower thresholds.

Finish with one short paragraph that says what you changed.
`;

/** Returns the agent's instructions for one unit. Throws PROMPT_INVALID when a placeholder has no value. */
export function renderPrompt(facts: PromptFacts): string {
  const list = (items: readonly string[]) => (items.length === 0 ? '(none)' : items.join(', '));
  return render(TEMPLATE, {
    repository: facts.repository,
    branch: facts.branch,
    specFiles: list(facts.specFiles.map((name) => `${facts.specFolder}/${name}`)),
    task: facts.task.trimEnd(),
    taskNumber: String(facts.taskNumber),
    taskCount: String(facts.taskCount),
    testHint: facts.testCommand === null ? '' : ` The tests run with: ${facts.testCommand.join(' ')}`,
    protectedPaths: list(facts.protectedPaths),
  });
}

/** Replaces each placeholder in one pass, so that values which look like placeholders stay text. */
function render(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value !== undefined) return value;
    throw new WorkerError({
      code: 'PROMPT_INVALID',
      what: `The prompt has no value for "${name}".`,
      remedy: 'This is a defect of the worker: report it.',
    });
  });
}
