import { createBoundedText } from './bounded-text.ts';

const TRANSCRIPT_CHARACTERS = 1024 * 1024;
const FINAL_TEXT_CHARACTERS = 64 * 1024;
const PROGRESS_CHARACTERS = 120;
const MOST_DENIALS = 20;

/** What the agent's output said so far. */
export interface AgentStreamSummary {
  /** The record that closes a run; null while there was none. */
  readonly finish: { readonly status: string | null; readonly stopReason: string | null } | null;
  /** Message of a reported error, null without one. */
  readonly error: string | null;
  /** Tool calls that the agent was not allowed to make, one line each. */
  readonly denials: readonly string[];
  /** Asks a person to log in, which nobody will. */
  readonly asksForLogin: boolean;
  readonly credits: number | null;
  readonly finalText: string;
  /** What happened, for people: at most 1 MiB. */
  readonly transcript: string;
  readonly records: number;
  readonly unreadableLines: number;
}

export interface AgentStream {
  /** Takes one line of standard output. */
  push(line: string): void;
  /** Takes one line of standard error, for the transcript only. */
  note(line: string): void;
  credits(): number | null;
  asksForLogin(): boolean;
  summary(): AgentStreamSummary;
}

/** Reads kiro-cli's stream-json: one JSON object per line, `{type, data}`, whose payload follows ACP version 1. The names
 *  are not documented, so unknown records and unreadable lines are counted and passed over. */
export function createAgentStream(onProgress: (text: string) => void): AgentStream {
  const transcript = createBoundedText(TRANSCRIPT_CHARACTERS);
  const message = createBoundedText(FINAL_TEXT_CHARACTERS);
  const titles = new Map<string, string>();
  const creditsBySession = new Map<string, number>();
  const denials: string[] = [];
  let finish: AgentStreamSummary['finish'] = null;
  let error: string | null = null;
  let finalText: string | null = null;
  let asksForLogin = false;
  let records = 0;
  let unreadableLines = 0;

  const handlers: Record<string, (data: Fields) => void> = {
    sessionUpdate: (data) => takeUpdate(fields(data.update), text(data.sessionId) ?? ''),
    metadata: (data) => addCredits(text(data.sessionId) ?? '', data.meteringUsage, 'value'),
    runFinished(data) {
      finish = { status: text(data.status), stopReason: text(data.stopReason) };
      finalText = text(data.finalText);
    },
    runError(data) {
      error = oneLine(text(data.message) ?? 'The agent reported an error without a message.', 500);
      transcript.append(`\n[error] ${error}\n`);
    },
  };

  function takeUpdate(update: Fields, session: string): void {
    const meta = fields(fields(update._meta).kiro);
    switch (update.sessionUpdate) {
      case 'agent_message_chunk': {
        const piece = text(fields(update.content).text) ?? '';
        transcript.append(piece);
        message.append(piece);
        break;
      }
      case 'tool_call':
        takeToolCall(update, meta);
        break;
      case 'tool_call_update':
        takeToolResult(update, meta);
        break;
      case 'session_info_update':
        if (meta.kind === 'turn_completion') addCredits(session, meta.promptTurnSummaries, 'usage');
    }
  }

  function takeToolCall(update: Fields, meta: Fields): void {
    const title = describeTool(update);
    titles.set(text(update.toolCallId) ?? '', title);
    transcript.append(`\n[tool] ${title}\n`);
    onProgress(title);
    takeToolResult(update, meta);
  }

  function takeToolResult(update: Fields, meta: Fields): void {
    const status = text(update.status);
    const isDenied = isDenial(status, update, meta);
    if (!isDenied && status !== 'failed') return;
    const line = `${titles.get(text(update.toolCallId) ?? '') ?? describeTool(update)}: ${outputOf(update) || status}`;
    transcript.append(`\n[${isDenied ? 'denied' : 'failed'}] ${oneLine(line, 500)}\n`);
    if (isDenied && denials.length < MOST_DENIALS) denials.push(oneLine(line, 200));
  }

  // Both engines report the total so far, and may repeat themselves: the largest figure of each session counts.
  function addCredits(session: string, entries: unknown, field: 'value' | 'usage'): void {
    if (!Array.isArray(entries)) return;
    const amounts = entries
      .map(fields)
      .filter((entry) => /^credits?$/i.test(text(entry.unit) ?? 'credit'))
      .map((entry) => Number(entry[field] ?? Number.NaN))
      .filter((amount) => Number.isFinite(amount) && amount >= 0);
    if (amounts.length === 0) return;
    const total = amounts.reduce((sum, amount) => sum + amount, 0);
    creditsBySession.set(session, Math.max(total, creditsBySession.get(session) ?? 0));
  }

  function credits(): number | null {
    if (creditsBySession.size === 0) return null;
    return [...creditsBySession.values()].reduce((sum, amount) => sum + amount, 0);
  }

  return {
    push(line) {
      const clean = stripAnsi(line).trim();
      if (clean === '') return;
      const record = parseRecord(clean);
      if (record === null) {
        unreadableLines += 1;
        asksForLogin ||= LOGIN_PROMPT.test(clean);
        transcript.append(`\n[output] ${oneLine(clean, 500)}\n`);
        return;
      }
      records += 1;
      handlers[text(record.type) ?? '']?.(fields(record.data));
    },
    note: (line) => transcript.append(`\n[stderr] ${oneLine(stripAnsi(line), 500)}\n`),
    credits,
    asksForLogin: () => asksForLogin,
    summary: () => ({
      finish,
      error,
      denials,
      asksForLogin,
      credits: credits(),
      finalText: (finalText ?? message.toString()).slice(0, FINAL_TEXT_CHARACTERS),
      transcript: transcript.toString(),
      records,
      unreadableLines,
    }),
  };
}

/** One line of at most `limit` characters, without ANSI sequences and control characters. */
export function oneLine(value: string, limit: number): string {
  const flat = stripAnsi(value.slice(0, limit * 8))
    .replace(CONTROL, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length > limit ? `${flat.slice(0, limit - 3)}...` : flat;
}

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const ANSI = new RegExp(`${ESC}(?:\\[[0-9;:?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|[@-Z\\\\^_])`, 'g');
const CONTROL = /\p{Cc}/gu;
/** First line of a device login, which kiro-cli starts when it has neither key nor login. */
const LOGIN_PROMPT = /^Confirm the following code in the browser|^Open this URL:/i;
/** How the engines word that nobody allowed a tool. */
const DENIAL_WORDS =
  /no user to approve|user (?:denied|rejected) (?:the )?tool|\b(?:denied|rejected|blocked) by (?:the )?(?:user|policy|permission|rule|security policy)|tool execution was (?:blocked|denied)|permission (?:to use|for) (?:the |this )?tool\b.{0,60}denied/i;
const DENIAL_STATES = new Set(['denied', 'deny', 'rejected', 'reject', 'reject_once', 'reject_always']);

function isDenial(status: string | null, update: Fields, meta: Fields): boolean {
  const states = [status, text(meta.consent), text(meta.decision), text(meta.effect), text(meta.outcome)];
  if (states.some((state) => state !== null && DENIAL_STATES.has(state.toLowerCase()))) return true;
  return status === 'failed' && DENIAL_WORDS.test(outputOf(update));
}

function outputOf(update: Fields): string {
  const content = Array.isArray(update.content) ? update.content : [];
  const parts = content.map((part) => text(fields(fields(part).content).text) ?? text(fields(part).text) ?? '');
  const raw = update.rawOutput;
  const rest = typeof raw === 'string' ? raw : raw === undefined ? '' : JSON.stringify(raw);
  return [...parts, rest].join(' ').trim().slice(0, 4096);
}

/** `Edit src/a.ts`: the tool's own title, and the file when the title does not name it. */
function describeTool(update: Fields): string {
  const title = text(update.title) ?? text(update.kind) ?? 'Tool';
  const location = Array.isArray(update.locations) ? text(fields(update.locations[0]).path) : null;
  const file = location?.split('/').slice(-2).join('/');
  return oneLine(file && !title.includes(file) ? `${title} ${file}` : title, PROGRESS_CHARACTERS);
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function parseRecord(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line.slice(Math.max(0, line.indexOf('{'))));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function stripAnsi(line: string): string {
  return line.includes(ESC) ? line.replace(ANSI, '') : line;
}
