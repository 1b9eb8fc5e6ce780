import type { CoverageGateResult } from '../../core/gates/coverage/gate.ts';
import type { TestsGateResult } from '../../core/gates/tests.ts';
import type { ProcessResult } from '../../core/ports/process.ts';
import type { Argv } from '../../core/repository/argv.ts';
import { type CommandFailure, describeFailure } from '../../core/repository/command-failure.ts';
import type { Commands } from '../../core/repository/commands.ts';
import { plainOutput } from '../../core/repository/failures/plain-output.ts';

/** What one command did. */
export interface CommandLog {
  readonly name: 'install' | 'test' | 'coverage';
  readonly command: Argv;
  readonly endedBy: ProcessResult['endedBy'];
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** Both streams as they came, the middle omitted when they are long. */
  readonly output: string;
}

export interface FailureRequest {
  readonly commands: Commands;
  /** Where each command comes from, for people. */
  readonly origins: Readonly<Record<CommandLog['name'], string>>;
  readonly timeoutsMs: { readonly install: number; readonly test: number };
  readonly limitSettings: { readonly install: 'installMinutes' | null; readonly test: 'testMinutes' | null };
  readonly isBaseline?: boolean;
  readonly redact: (text: string) => string;
}

/** Returns what people are told about a command that failed, without secrets. */
export function failureOf(
  request: FailureRequest,
  { log, ...more }: { log: CommandLog; hasFailedTests?: boolean; remedy?: string },
): CommandFailure {
  const { commands, origins, timeoutsMs, limitSettings, isBaseline = false, redact } = request;
  const { name, command, endedBy, exitCode, output } = log;
  const limited = name === 'install' ? 'install' : 'test';
  return describeFailure({
    name,
    command,
    source: origins[name],
    ecosystem: commands.ecosystem,
    endedBy,
    exitCode,
    // What was drawn over may have parted a secret.
    output: redact(plainOutput(redact(output))),
    limit: { minutes: timeoutsMs[limited] / 60_000, setting: limitSettings[limited] },
    ...{ commands, isBaseline },
    ...more,
  });
}

/** Returns what is told about a test command that its gate did not let pass. */
export function failureOfTests(
  request: FailureRequest,
  { run, judged }: { run: CommandLog; judged: TestsGateResult },
): CommandFailure {
  const error = judged.findings.find(({ severity }) => severity === 'error');
  // Where the command itself ended well, only the gate knows what is wrong.
  const endedWell = run.endedBy === 'exit' && run.exitCode === 0;
  const hasFailedTests = (judged.counts?.failed ?? 0) > 0;
  return failureOf(request, { log: run, hasFailedTests, ...(endedWell && error && { remedy: error.remedy }) });
}

/** Returns a gate's result whose error says what to do about this very failure. */
export function adviseBy<Result extends TestsGateResult | CoverageGateResult>(
  result: Result,
  failure: CommandFailure | null,
): Result {
  if (failure === null) return result;
  const findings = result.findings.map((finding) =>
    finding.severity === 'error' ? { ...finding, remedy: failure.remedy } : finding,
  );
  return { ...result, findings };
}
