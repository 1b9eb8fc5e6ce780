import type { Sandbox } from '../../../core/ports/process.ts';
import type { Commands } from '../../../core/repository/commands.ts';
import { type Tool, toolsOf } from '../../../core/repository/tools.ts';
import { endRun, type RunResult } from '../../run-result.ts';

interface ToolsContext {
  readonly sandbox: Pick<Sandbox, 'run' | 'home' | 'find'>;
  /** Whole environment of the commands. */
  readonly commandEnvironment: Readonly<Record<string, string>>;
  /** Gets what each tool says of its version. */
  readonly noteVersion?: (text: string) => void;
}

/** Generous: a cold JVM or version manager takes seconds. */
const PROOF_MS = 120_000;

/** Starts each tool of the commands as they will be started, outside of the branch. Returns null, or the run's end with every tool
 *  that does not start: where it was found, what it said, and what to do. */
export async function proveTools(context: ToolsContext, commands: Commands): Promise<RunResult | null> {
  const problems: string[] = [];
  const commandEnvironment = { ...context.commandEnvironment, ...commands.environment };
  for (const tool of toolsOf(commands)) problems.push(...(await problemOf(tool, { ...context, commandEnvironment })));
  if (problems.length === 0) return null;
  return endRun({
    kind: 'setup-failed',
    detail: `Tools that the repository's commands need do not start here:\n${problems.join('\n')}`,
    remedy:
      'Install them for all users of the machine or in the image of the builds, in a folder that everybody may enter such as /opt or /usr/local; or name other commands in .kiro-worker.yml.',
  });
}

async function problemOf({ name, proof }: Tool, context: ToolsContext): Promise<string[]> {
  const { sandbox, commandEnvironment } = context;
  const { exitCode, endedBy, stdoutTail, stderrTail } = await sandbox.run({
    command: proof,
    cwd: sandbox.home,
    env: commandEnvironment,
    timeoutMs: PROOF_MS,
  });
  context.noteVersion?.(`${name} ${`${stdoutTail}\n${stderrTail}`.trim().slice(0, 500)}`);
  if (exitCode === 0) return [];
  const said = `${stderrTail}\n${stdoutTail}`.trim().split('\n')[0]?.slice(0, 200) || endedBy;
  return [`${name}: ${sandbox.find(proof[0])}; "${proof.join(' ')}" says: ${said}`];
}
