import { createAcpSession } from '../../../core/agent/acp/session.ts';
import { judgeAcpRun, type Limit, type TurnEnd } from '../../../core/agent/acp/verdict.ts';
import { DEFAULT_TASK_LIMITS, type TaskLimits } from '../../../core/agent/limits.ts';
import type { AgentConfig } from '../../../core/agent/settings.ts';
import { WorkerError } from '../../../core/errors.ts';
import { ENV } from '../../../core/names.ts';
import type { Agent, AgentProbe, AgentRequest, AgentResult } from '../../../core/ports/agent.ts';
import type { Sandbox } from '../../../core/ports/process.ts';
import type { Logger } from '../../../core/ports/telemetry.ts';
import { createRedactor } from '../../../core/secrets/redact.ts';
import { untrustedEnvironment } from '../../process/untrusted-environment.ts';
import { keyFingerprint } from '../key-fingerprint.ts';
import { converse } from './conversation.ts';
import { createMessageStream, LONGEST_MESSAGE_CHARACTERS } from './message-stream.ts';
import { checkProgram, commandOf } from './program.ts';

const PREPARE_MS = 180_000;
/** From the end of a turn until the agent's program is ended: most end by themselves once nobody talks to them. */
const LINGER_MS = 500;
/** Timers of more than 31 bits fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where agents keep settings, sessions and logins below their home; nothing that a branch installs may lie there. */
const HOME_FOLDERS = [
  ...['.claude', '.codex', '.gemini', '.qwen', '.copilot', '.kiro', '.acp'],
  ...['.config/opencode', '.local/share/opencode', '.local/state/opencode', '.config/goose', '.local/share/goose'],
] as const;
/** No colours: the worker shows its lines plain. */
const QUIET = { NO_COLOR: '1' } as const;

export interface AcpAgentOptions {
  readonly sandbox: Pick<Sandbox, 'run' | 'home' | 'isolation'>;
  readonly config: Pick<AgentConfig, 'command' | 'model' | 'effort' | 'environment' | 'keyVariable'>;
  /** Null where the agent needs none. */
  readonly key: (() => Promise<string>) | null;
  readonly limits?: TaskLimits;
  readonly log?: Logger;
}

/** Makes an agent of any program that speaks the Agent Client Protocol, version 1, over its standard input and output, inside the sandbox.
 *  Of all secrets only its key is in its environment. */
export function createAcpAgent(options: AcpAgentOptions): Agent {
  const { config, key } = options;
  return {
    name: `ACP agent ${config.command?.at(0) ?? ''}`.trim(),
    currency: 'tokens',
    keyRemedy: keyRemedyOf(config),
    homeFolders: HOME_FOLDERS,
    prepare: () => prepare(options),
    run: (request) => talk(options, { request, prompt: request.prompt, allowsNothing: false }),
    probe: (request) => probe(options, request),
    keyFingerprint: async () => keyFingerprint(key === null ? '' : await readKey(key)),
  };
}

/** Starts the program up to its session, which uses no tokens: an agent that does not start, speaks another version, wants a login or does
 *  not know the model is found before a token is spent. */
async function prepare(options: AcpAgentOptions): Promise<void> {
  const { sandbox, config, log } = options;
  checkProgram(config.command, sandbox.isolation);
  const request = { ...SMALL, prompt: '', cwd: sandbox.home, timeoutMs: PREPARE_MS, silenceMs: PREPARE_MS };
  const { kind, detail } = await talk(options, { request, prompt: null, allowsNothing: true });
  log?.debug('The agent was started for its session.', { kind });
  // A service that is out of reach or throttles is no fault of the set-up: the run finds out.
  if (kind === 'finished' || kind === 'unavailable') return;
  const remedy =
    kind === 'not-authenticated'
      ? keyRemedyOf(config)
      : 'Try the command of "agent" in the project configuration as the user that the worker uses; docs/agents.md has commands that work.';
  throw new WorkerError({
    code: kind === 'not-authenticated' ? 'AGENT_SETUP_INVALID' : 'AGENT_NOT_STARTED',
    what: `The agent ${config.command?.join(' ')} could not be made ready.`,
    why: detail,
    remedy,
  });
}

/** What calls of the worker's own have in common: they are small. */
const SMALL = {
  timeoutMs: 120_000,
  silenceMs: 60_000,
  creditLimit: 1,
  tokenLimit: 200_000,
  onProgress: () => {},
} as const;

async function probe(
  options: AcpAgentOptions,
  { silenceMs, signal }: Pick<AgentRequest, 'silenceMs' | 'signal'>,
): Promise<AgentProbe> {
  const prompt = 'Answer with the word OK, and use no tools.';
  const limits = { ...SMALL, silenceMs: Math.min(silenceMs, SMALL.silenceMs) };
  const request = { ...limits, prompt, cwd: options.sandbox.home, ...(signal && { signal }) };
  const { kind, detail } = await talk(options, { request, prompt, allowsNothing: true });
  switch (kind) {
    case 'finished':
    // It has answered, with a tool that it was not to use.
    case 'denied':
      return { kind: 'answers', detail };
    case 'silence':
    case 'timeout':
      return { kind: 'unavailable', detail: `The agent does not answer a call of the worker's own: ${detail}` };
    case 'unavailable':
    case 'not-authenticated':
    case 'failed':
      return { kind, detail };
    default:
      return { kind: 'unknown', detail };
  }
}

interface Talk {
  readonly request: AgentRequest;
  readonly prompt: string | null;
  readonly allowsNothing: boolean;
}

async function talk(options: AcpAgentOptions, { request, prompt, allowsNothing }: Talk): Promise<AgentResult> {
  const { sandbox, config, key: read, limits = DEFAULT_TASK_LIMITS } = options;
  const { cwd, timeoutMs, silenceMs, creditLimit, tokenLimit = null, signal } = request;
  // Throws before anything is begun that would have to be ended.
  const command = commandOf(config.command);
  const key = read === null ? null : await readKey(read);
  const redact = createRedactor(key === null ? [] : [key]);
  const session = createAcpSession((line) => request.onProgress(redact(line)));
  const watch = startWatch({ silenceMs });
  const watchUse = () => {
    if (creditLimit !== null && (session.credits() ?? 0) > creditLimit) watch.exceed('credits');
    if (tokenLimit !== null && (session.tokens() ?? 0) > tokenLimit) watch.exceed('tokens');
    if (session.toolCalls() > limits.toolCalls) watch.exceed('calls');
  };
  const messages = createMessageStream({
    onNotification(method, params) {
      if (method !== 'session/update') return;
      session.update(params);
      watchUse();
    },
    onOther: (line) => session.note(line, 'stdout'),
    onUnread: () => watch.exceed('unread'),
  });
  let written = 0;
  let turn: TurnEnd = null;
  const { model, effort } = config;
  const talking = converse({ messages, session, cwd, prompt, allowsNothing, model, effort }).then((ended) => {
    turn = ended;
    if (ended === null) return;
    messages.endInput();
    watch.linger();
  });
  const process = await sandbox
    .run({
      command,
      cwd,
      env: environmentOf(options, { key, environment: request.environment }),
      timeoutMs,
      signal: signal ? AbortSignal.any([signal, watch.signal]) : watch.signal,
      lineCharacters: LONGEST_MESSAGE_CHARACTERS,
      onStdin: messages.open,
      onOutput(bytes) {
        written += bytes;
        if (written > limits.outputBytes) watch.exceed('output');
      },
      onStdoutLine(line) {
        if (messages.push(line)) watch.heard();
      },
      onStderrLine: (line) => session.note(line, 'stderr'),
    })
    .finally(() => {
      watch.end();
      messages.close();
    });
  await talking;
  const summary = session.summary();
  const { kind, detail } = judgeAcpRun({
    process,
    turn,
    session: summary,
    limits: { timeoutMs, silenceMs, creditLimit, tokenLimit, ...limits },
    limit: watch.exceeded(),
    isSilent: watch.isSilent(),
  });
  return {
    kind,
    detail: redact(detail),
    finalText: redact(summary.finalText),
    credits: summary.credits,
    tokens: summary.tokens,
    rejections: summary.rejections.map(redact),
    transcript: redact(summary.transcript),
    durationMs: process.durationMs,
  };
}

/** Ends a run that goes beyond a limit, that says nothing for too long, or whose turn is over. */
function startWatch({ silenceMs }: { silenceMs: number }) {
  const stop = new AbortController();
  let exceeded: Limit | null = null;
  let isSilent = false;
  let lingering: NodeJS.Timeout | undefined;
  const timer = setTimeout(
    () => {
      isSilent = !stop.signal.aborted;
      stop.abort();
    },
    Math.min(silenceMs, LONGEST_TIMER_MS),
  );
  return {
    signal: stop.signal,
    heard: () => void timer.refresh(),
    exceed(limit: Limit) {
      exceeded ??= limit;
      stop.abort();
    },
    linger() {
      clearTimeout(timer);
      lingering = setTimeout(() => stop.abort(), LINGER_MS);
    },
    exceeded: () => exceeded,
    isSilent: () => isSilent,
    end() {
      clearTimeout(timer);
      clearTimeout(lingering);
    },
  };
}

function environmentOf(
  { sandbox, config }: AcpAgentOptions,
  { key, environment }: { key: string | null; environment: AgentRequest['environment'] | undefined },
): Record<string, string> {
  const { keyVariable } = config;
  const own = key === null || keyVariable === undefined ? {} : { [keyVariable]: key };
  return untrustedEnvironment({
    home: sandbox.home,
    extra: { ...environment, ...QUIET, ...config.environment, ...own },
  });
}

async function readKey(key: () => Promise<string>): Promise<string> {
  return (await key()).trim();
}

function keyRemedyOf({ keyVariable }: AcpAgentOptions['config']): string {
  if (keyVariable === undefined)
    return 'Name the variable in which the agent wants its key (agent.keyVariable in the project configuration), and store the key: npx kiro-worker configure agent-key';
  const [secret, variable] =
    keyVariable === ENV.kiroApiKey ? ['kiro-api-key', ENV.kiroApiKey] : ['agent-key', ENV.agentKey];
  return `Put a valid key into the environment's ${secret} secret (locally: ${variable}); the agent gets it as ${keyVariable}.`;
}
