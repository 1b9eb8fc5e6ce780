import { KIRO_OPTION_NAME, type KiroEngine } from '../../core/agent/kiro/options.ts';
import { createAgentStream } from '../../core/agent/kiro/stream.ts';
import { judgeAgentRun, type KiroLimit } from '../../core/agent/kiro/verdict.ts';
import { DEFAULT_TASK_LIMITS, type TaskLimits } from '../../core/agent/limits.ts';
import { WorkerError } from '../../core/errors.ts';
import { oneLine } from '../../core/json-lines.ts';
import { ENV } from '../../core/names.ts';
import type { Agent, AgentProbe, AgentRequest, AgentResult } from '../../core/ports/agent.ts';
import type { ProcessResult, Sandbox } from '../../core/ports/process.ts';
import type { Logger } from '../../core/ports/telemetry.ts';
import { createRedactor } from '../../core/secrets/redact.ts';
import { untrustedEnvironment } from '../process/untrusted-environment.ts';
import { keyFingerprint } from './key-fingerprint.ts';
import { locateCli } from './locate-cli.ts';

const WHOAMI_MS = 30_000;
const VERSION_MS = 60_000;
const TRUST_ALL = '--trust-all-tools';
const TRUST_TOOLS = '--trust-tools';
/** Timers of more than 31 bits fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** kiro-cli 2.29 reads the first two: nothing that a run starts should phone home or replace the pinned version; and the worker
 *  shows its lines without colours. */
const QUIET = { KIRO_DISABLE_TELEMETRY: '1', KIRO_NO_AUTO_UPDATE: '1', NO_COLOR: '1' } as const;

/** Settings, MCP servers, agents and steering of the user; and what kiro-cli unpacks and runs. */
const HOME_FOLDERS = ['.kiro', '.local/share/kiro-cli'] as const;

export interface KiroAgentOptions {
  readonly sandbox: Pick<Sandbox, 'run' | 'home'>;
  /** A name on PATH, a path, or a script that Node runs. */
  readonly cliPath: string;
  readonly apiKey: () => Promise<string>;
  readonly engine: KiroEngine;
  readonly model?: string;
  readonly agentName?: string;
  readonly effort?: string;
  /** Tools by the engine's own names; left out: all. */
  readonly trustedTools?: readonly string[];
  readonly extraArguments?: readonly string[];
  /** The only version to work with; left out: any. */
  readonly version?: string;
  readonly limits?: TaskLimits;
  /** Further KIRO_* variables for the agent; see `kiroSettings`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: Logger;
}

/** Makes the agent that is kiro-cli in headless mode: prompt over standard input, stream-json back, inside the sandbox.
 *  Of all secrets only the API key is in its environment. Throws CONFIG_INVALID for a model or agent that is not a name. */
export function createKiroAgent(options: KiroAgentOptions): Agent {
  const chat = chatArguments(options);
  return {
    name: 'kiro-cli',
    currency: 'credits',
    keyRemedy: `Put a valid Kiro API key into the environment's kiro-api-key secret (locally: ${ENV.kiroApiKey}).`,
    homeFolders: HOME_FOLDERS,
    prepare: () => checkLogin(options),
    run: (request) => runChat({ ...options, chat }, request),
    probe: (request) => probe(options, request),
    keyFingerprint: async () => keyFingerprint(await readKey(options.apiKey)),
  };
}

/** Costs next to nothing: one word without tools. No other command shows quota and throttling. */
const PROBE: Omit<AgentRequest, 'cwd'> = {
  prompt: 'Answer with the word OK, and use no tools.',
  timeoutMs: 120_000,
  silenceMs: 60_000,
  creditLimit: 1,
  onProgress: () => {},
};

async function probe(
  options: KiroAgentOptions,
  request: Pick<AgentRequest, 'silenceMs' | 'signal'>,
): Promise<AgentProbe> {
  const { agentName: _, ...plain } = options;
  const chat = chatArguments(plain).filter(
    (argument) => argument !== TRUST_ALL && !argument.startsWith(`${TRUST_TOOLS}=`),
  );
  const silenceMs = Math.min(request.silenceMs, PROBE.silenceMs);
  const { signal } = request;
  const asked = { ...PROBE, silenceMs, cwd: options.sandbox.home, ...(signal && { signal }) };
  const { kind, detail } = await runChat({ ...plain, chat }, asked);
  switch (kind) {
    case 'finished':
      return { kind: 'answers', detail };
    case 'silence':
    case 'timeout':
      return { kind: 'unavailable', detail: `Kiro does not answer a call of the worker's own: ${detail}` };
    case 'unavailable':
    case 'not-authenticated':
    case 'failed':
      return { kind, detail };
    default:
      return { kind: 'unknown', detail };
  }
}

function chatArguments({
  engine,
  agentName,
  model,
  effort,
  trustedTools,
  extraArguments = [],
}: KiroAgentOptions): string[] {
  const trust = trustedTools === undefined ? TRUST_ALL : `${TRUST_TOOLS}=${trustedTools.join(',')}`;
  return [
    'chat',
    ...['--no-interactive', `--${engine}`, '--output-format', 'stream-json', trust],
    ...option('--agent', { value: agentName, variable: ENV.kiroAgent }),
    ...option('--model', { value: model, variable: ENV.kiroModel }),
    ...option('--effort', { value: effort, variable: 'agent.effort' }),
    ...extraArguments,
  ];
}

/** Cheap: shows that the program starts and takes the key, not that the key is valid (kiro-cli does not check it here). */
async function checkLogin(options: KiroAgentOptions): Promise<void> {
  const { sandbox, cliPath, engine, log } = options;
  const key = await readKey(options.apiKey);
  const result = await sandbox.run({
    command: [...locateCli(cliPath), 'whoami', '--format', 'json'],
    cwd: sandbox.home,
    env: environmentOf(options, { key }),
    timeoutMs: WHOAMI_MS,
  });
  checkWhoami(result, createRedactor([key]));
  if (options.version !== undefined) await checkVersion(options, options.version);
  log?.debug('The agent answers.', { agent: cliPath, engine });
}

async function runChat(
  options: KiroAgentOptions & { readonly chat: readonly string[] },
  request: AgentRequest,
): Promise<AgentResult> {
  const { cwd, prompt, timeoutMs, silenceMs, creditLimit, signal } = request;
  const key = await readKey(options.apiKey);
  const redact = createRedactor([key]);
  const stream = createAgentStream((text) => request.onProgress(redact(text)));
  const stop = new AbortController();
  const silence = startSilenceWatch(silenceMs, stop);
  const { toolCalls, outputBytes } = options.limits ?? DEFAULT_TASK_LIMITS;
  let written = 0;
  let limit: KiroLimit | null = null;
  const exceed = (passed: KiroLimit) => {
    limit ??= passed;
    stop.abort();
  };
  const process = await options.sandbox
    .run({
      command: [...locateCli(options.cliPath), ...options.chat],
      cwd,
      env: environmentOf(options, { key, ...(request.environment && { environment: request.environment }) }),
      stdin: prompt,
      timeoutMs,
      signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
      onStderrLine: stream.note,
      onOutput(bytes) {
        written += bytes;
        if (written > outputBytes) exceed('output');
      },
      onStdoutLine(line) {
        if (stream.push(line)) silence.heard();
        if (creditLimit !== null && (stream.credits() ?? 0) > creditLimit) exceed('credits');
        if (stream.toolCalls() > toolCalls) exceed('calls');
      },
    })
    .finally(silence.end);
  const summary = stream.summary();
  const { kind, detail } = judgeAgentRun({
    process,
    stream: summary,
    limits: { ...request, toolCalls, outputBytes },
    limit,
    isSilent: silence.isSilent(),
  });
  const { records, unreadableLines: unreadable, credits } = summary;
  options.log?.debug('The agent ended.', { kind, records, unreadable });
  return {
    kind,
    detail: redact(detail),
    finalText: redact(summary.finalText),
    credits,
    tokens: null,
    rejections: [],
    transcript: redact(summary.transcript),
    durationMs: process.durationMs,
  };
}

/** Ends a run whose program writes no record for so long; other output may be of any program that the agent runs. */
function startSilenceWatch(silenceMs: number, stop: AbortController) {
  let isSilent = false;
  const timer = setTimeout(
    () => {
      isSilent = !stop.signal.aborted;
      stop.abort();
    },
    Math.min(silenceMs, LONGEST_TIMER_MS),
  );
  return { heard: () => void timer.refresh(), isSilent: () => isSilent, end: () => clearTimeout(timer) };
}

function environmentOf(
  { sandbox, settings }: KiroAgentOptions,
  { key, environment }: { key: string; environment?: AgentRequest['environment'] },
): Record<string, string> {
  const own = { ...settings, ...QUIET, [ENV.kiroApiKey]: key };
  return untrustedEnvironment({ home: sandbox.home, extra: { ...environment, ...own } });
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

async function readKey(apiKey: () => Promise<string>): Promise<string> {
  const key = (await apiKey()).trim();
  const remedy = `Put a Kiro API key (it starts with ksk_) into the secret, or into ${ENV.kiroApiKey} on one machine.`;
  // Without a key kiro-cli starts a device login and waits for ever.
  if (key === '') throw new WorkerError({ code: 'SETUP_INCOMPLETE', what: 'The Kiro API key is empty.', remedy });
  if (/[\s\p{Cc}]/u.test(key)) {
    throw new WorkerError({ code: 'SECRET_INVALID', what: 'The Kiro API key contains spaces or line breaks.', remedy });
  }
  return key;
}

/** Behaviour changes between minor versions: a pinned one that is not there ends the run before it costs anything. Throws
 *  AGENT_SETUP_INVALID, with what the program says of itself. */
export async function checkVersion(
  options: Pick<KiroAgentOptions, 'sandbox' | 'cliPath' | 'settings'>,
  wanted: string,
): Promise<void> {
  const { sandbox, cliPath } = options;
  const result = await sandbox.run({
    command: [...locateCli(cliPath), '--version'],
    cwd: sandbox.home,
    env: untrustedEnvironment({ home: sandbox.home, extra: { ...options.settings, ...QUIET } }),
    timeoutMs: VERSION_MS,
  });
  const said = oneLine(result.stdoutTail, 100);
  const [found] = /\d+(?:\.\d+)+/.exec(said) ?? [];
  if (result.endedBy === 'exit' && result.exitCode === 0 && found === wanted) return;
  throw new WorkerError({
    code: 'AGENT_SETUP_INVALID',
    what: `kiro-cli is not the version ${wanted} that agent.version asks for.`,
    why: `It says of itself: ${said || oneLine(result.stderrTail, 100) || 'nothing'}`,
    remedy: 'Install that version (docs/deployment.md), or change agent.version in the project configuration.',
  });
}

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

function option(flag: string, { value, variable: name }: { value: string | undefined; variable: string }): string[] {
  if (value === undefined || value === '') return [];
  if (KIRO_OPTION_NAME.test(value)) return [flag, value];
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `${name} is not a name: ${JSON.stringify(oneLine(value, 80))}.`,
    remedy: `Set ${name} to a name such as the ones that kiro-cli lists, or leave it out.`,
  });
}
