import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, extname, isAbsolute, join, resolve } from 'node:path';
import { KIRO_OPTION_NAME, type KiroEngine } from '../../core/agent/kiro/options.ts';
import { createAgentStream } from '../../core/agent/kiro/stream.ts';
import { judgeAgentRun } from '../../core/agent/kiro/verdict.ts';
import { WorkerError } from '../../core/errors.ts';
import { oneLine } from '../../core/json-lines.ts';
import { ENV } from '../../core/names.ts';
import type { Agent, AgentRequest, AgentResult } from '../../core/ports/agent.ts';
import type { ProcessResult, Sandbox } from '../../core/ports/process.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { createRedactor } from '../../core/redact.ts';
import { untrustedEnvironment } from '../process/untrusted-environment.ts';

const WHOAMI_MS = 30_000;
const SCRIPTS = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts']);
/** kiro-cli 2.29 reads both: nothing that a run starts should phone home or replace the pinned version. */
const QUIET = { KIRO_DISABLE_TELEMETRY: '1', KIRO_NO_AUTO_UPDATE: '1' } as const;

export interface KiroAgentOptions {
  readonly sandbox: Pick<Sandbox, 'run' | 'home'>;
  /** A name on PATH, a path, or a script that Node runs. */
  readonly cliPath: string;
  readonly apiKey: () => Promise<string>;
  readonly engine: KiroEngine;
  readonly model?: string;
  readonly agentName?: string;
  readonly extraArguments?: readonly string[];
  /** Further KIRO_* variables for the agent; see `kiroSettings`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: Telemetry['log'];
}

/** Makes the agent that is kiro-cli in headless mode: prompt over standard input, stream-json back, inside the sandbox.
 *  Of all secrets only the API key is in its environment. Throws CONFIG_INVALID for a model or agent that is no name. */
export function createKiroAgent(options: KiroAgentOptions): Agent {
  const { sandbox, engine, model, agentName, extraArguments = [] } = options;
  const chosen = [...option('--agent', agentName, ENV.kiroAgent), ...option('--model', model, ENV.kiroModel)];
  const mode = ['--no-interactive', `--${engine}`, '--output-format', 'stream-json', '--trust-all-tools'];
  const environment = (key: string) =>
    untrustedEnvironment({ home: sandbox.home, extra: { ...options.settings, ...QUIET, [ENV.kiroApiKey]: key } });

  async function prepare(): Promise<void> {
    const key = await readKey(options.apiKey);
    const result = await sandbox.run({
      command: [...locateCli(options.cliPath), 'whoami', '--format', 'json'],
      cwd: sandbox.home,
      env: environment(key),
      timeoutMs: WHOAMI_MS,
    });
    checkWhoami(result, createRedactor([key]));
    options.log?.('debug', 'The agent answers.', { agent: options.cliPath, engine });
  }

  async function run(request: AgentRequest): Promise<AgentResult> {
    const key = await readKey(options.apiKey);
    const redact = createRedactor([key]);
    const stream = createAgentStream((text) => request.onProgress(redact(text)));
    const stop = new AbortController();
    let overCredits = false;
    const process = await sandbox.run({
      command: [...locateCli(options.cliPath), 'chat', ...mode, ...chosen, ...extraArguments],
      cwd: request.cwd,
      env: environment(key),
      stdin: request.prompt,
      timeoutMs: request.timeoutMs,
      silenceMs: request.silenceMs,
      signal: request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal,
      onStderrLine: stream.note,
      onStdoutLine(line) {
        stream.push(line);
        overCredits ||= request.creditLimit !== null && (stream.credits() ?? 0) > request.creditLimit;
        if (overCredits || stream.asksForLogin()) stop.abort();
      },
    });
    const summary = stream.summary();
    const { kind, detail } = judgeAgentRun({ process, stream: summary, limits: request, overCredits });
    options.log?.('debug', 'The agent ended.', { kind, records: summary.records, unreadable: summary.unreadableLines });
    return {
      kind,
      detail: redact(detail),
      finalText: redact(summary.finalText),
      credits: summary.credits,
      transcript: redact(summary.transcript),
      durationMs: process.durationMs,
    };
  }

  return { name: 'kiro-cli', prepare, run };
}

/** The KIRO_* variables of an environment that are meant for the agent: not the worker's own, no keys. */
export function kiroSettings(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const own = new Set<string>(Object.values(ENV));
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        /^KIRO_[A-Z0-9_]+$/.test(entry[0]) &&
        !own.has(entry[0]) &&
        !/KEY|TOKEN|SECRET/.test(entry[0]),
    ),
  );
}

/** Returns the start of the command line. Throws TOOL_MISSING when there is no such program. */
export function locateCli(cliPath: string, path = process.env.PATH ?? ''): [string, ...string[]] {
  const isScript = SCRIPTS.has(extname(cliPath));
  const isPath = isScript || isAbsolute(cliPath) || cliPath.includes('/');
  const candidates = isPath
    ? [resolve(cliPath)]
    : path.split(delimiter).map((folder) => resolve(join(folder, cliPath)));
  const found = candidates.find((file) => isUsable(file, isScript ? constants.R_OK : constants.X_OK));
  if (found !== undefined) return isScript ? [process.execPath, found] : [found];
  throw new WorkerError({
    code: 'TOOL_MISSING',
    what: isPath ? `There is no program at ${resolve(cliPath)}.` : `The program "${cliPath}" is not on PATH.`,
    remedy: `Install kiro-cli (https://kiro.dev/docs/cli/), or set ${ENV.kiroCliPath} to where it lies.`,
  });
}

function isUsable(file: string, access: number): boolean {
  try {
    accessSync(file, access);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

async function readKey(apiKey: () => Promise<string>): Promise<string> {
  const key = (await apiKey()).trim();
  const remedy = `Put a Kiro API key (it starts with ksk_) into the secret, or into ${ENV.kiroApiKey} on one machine.`;
  // Without a key kiro-cli starts a device login and waits for ever.
  if (key === '') throw new WorkerError({ code: 'SETUP_INCOMPLETE', what: 'The Kiro API key is empty.', remedy });
  if (/[\s\p{Cc}]/u.test(key)) {
    throw new WorkerError({ code: 'SECRET_INVALID', what: 'The Kiro API key holds spaces or line breaks.', remedy });
  }
  return key;
}

/** Cheap: says that the program starts and takes the key, not that the key is valid (kiro-cli does not check it here). */
function checkWhoami(result: ProcessResult, redact: (text: string) => string): void {
  const said = redact(oneLine(result.stderrTail || result.stdoutTail, 300)) || 'it said nothing';
  if (result.endedBy !== 'exit') {
    const isSlow = result.endedBy === 'timeout';
    throw new WorkerError({
      code: 'AGENT_NOT_STARTED',
      what: isSlow ? `kiro-cli did not answer within ${WHOAMI_MS / 1_000} s.` : `kiro-cli did not start: ${said}`,
      remedy: 'Run "kiro-cli whoami" as the user that the worker uses; install it where every user may read it.',
    });
  }
  if (result.exitCode !== 0 || /"account"\s*:\s*null/.test(result.stdoutTail)) {
    throw new WorkerError({
      code: 'AGENT_SETUP_INVALID',
      what: 'kiro-cli is not logged in.',
      why: `It ended with exit code ${result.exitCode}: ${said}`,
      remedy: `Check the Kiro API key (${ENV.kiroApiKey}) and that your plan allows API keys.`,
    });
  }
}

function option(flag: string, value: string | undefined, name: string): string[] {
  if (value === undefined || value === '') return [];
  if (KIRO_OPTION_NAME.test(value)) return [flag, value];
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `${name} is not a name: ${JSON.stringify(oneLine(value, 80))}.`,
    remedy: `Set ${name} to a name such as the ones that kiro-cli lists, or leave it out.`,
  });
}
