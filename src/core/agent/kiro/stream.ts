import { createBoundedText } from '../../bounded-text.ts';
import { type Fields, fields, oneLine, parseRecord, stripAnsi, text } from '../../json-lines.ts';
import { createCreditMeter } from './credits.ts';
import { isLoginPrompt } from './service-words.ts';
import { describeTool, isDenial, outputOf } from './tool-call.ts';
import { createTranscript } from './transcript.ts';

const FINAL_TEXT_CHARACTERS = 64 * 1024;
const LINE_CHARACTERS = 2_000;
const MOST_DENIALS = 20;
/** Any other record is passed over; one that a program of the branch prints is no sign of life of the agent. */
const KNOWN_RECORDS: ReadonlySet<string> = new Set([
  'runStarted',
  'sessionUpdate',
  'metadata',
  'runFinished',
  'runError',
]);

/** What the agent's output said so far. */
export interface AgentStreamSummary {
  /** The record that closes a run; null while there was none. */
  readonly finish: { readonly status: string | null; readonly stopReason: string | null } | null;
  /** Message of a reported error, null without one. */
  readonly error: string | null;
  /** Tool calls that the agent was not allowed to make, one line each. */
  readonly denials: readonly string[];
  /** Before the agent said or did anything, some output looked like a login. It explains the end of a run that came to
   *  nothing else, and ends none. */
  readonly looksLikeLogin: boolean;
  /** The agent has said or done something, so it was let in. */
  readonly hasBegun: boolean;
  readonly credits: number | null;
  readonly finalText: string;
  /** What happened, for people: at most 1 MiB. */
  readonly transcript: string;
  readonly records: number;
  readonly unreadableLines: number;
}

export interface AgentStream {
  /** Takes one line of standard output; returns whether it is a record that the protocol knows. */
  push(line: string): boolean;
  /** Takes one line of standard error. */
  note(line: string): void;
  credits(): number | null;
  /** Tools that were called so far. */
  toolCalls(): number;
  summary(): AgentStreamSummary;
}

/** Reads kiro-cli's stream-json: one JSON object per line, `{type, data}`, whose payload follows ACP version 1. The names
 *  are not documented, so unknown records and unreadable lines are counted and skipped. */
export function createAgentStream(onProgress: (text: string) => void): AgentStream {
  const reader = new StreamReader(onProgress);
  return {
    push: (line) => reader.push(line),
    note: (line) => reader.note(line),
    credits: () => reader.credits(),
    toolCalls: () => reader.toolCalls,
    summary: () => reader.summary(),
  };
}

class StreamReader {
  readonly #onProgress: (text: string) => void;
  readonly #transcript = createTranscript();
  readonly #credits = createCreditMeter();
  readonly #message = createBoundedText(FINAL_TEXT_CHARACTERS);
  readonly #titles = new Map<string, string>();
  readonly #denials: string[] = [];
  #finish: AgentStreamSummary['finish'] = null;
  #finalText: string | null = null;
  #error: string | null = null;
  #records = 0;
  #unreadableLines = 0;
  #looksLikeLogin = false;
  toolCalls = 0;
  #hasBegun = false;

  constructor(onProgress: (text: string) => void) {
    this.#onProgress = onProgress;
  }

  push(line: string): boolean {
    const clean = stripAnsi(line).trim();
    if (clean === '') return false;
    const record = parseRecord(clean);
    if (record !== null) {
      this.#records += 1;
      const type = text(record.type);
      this.#takeRecord(type, fields(record.data));
      return type !== null && KNOWN_RECORDS.has(type);
    }
    this.#unreadableLines += 1;
    this.#looksLikeLogin ||= !this.#hasBegun && isLoginPrompt(clean);
    this.#transcript.writeLine('output', oneLine(clean, LINE_CHARACTERS));
    return false;
  }

  note(line: string): void {
    this.#looksLikeLogin ||= !this.#hasBegun && isLoginPrompt(stripAnsi(line));
    this.#transcript.writeLine('stderr', oneLine(line, LINE_CHARACTERS));
  }

  credits(): number | null {
    return this.#credits.total();
  }

  summary(): AgentStreamSummary {
    return {
      finish: this.#finish,
      error: this.#error,
      denials: this.#denials,
      looksLikeLogin: this.#looksLikeLogin,
      hasBegun: this.#hasBegun,
      credits: this.credits(),
      finalText: (this.#finalText ?? this.#message.toString()).slice(0, FINAL_TEXT_CHARACTERS),
      transcript: this.#transcript.toString(),
      records: this.#records,
      unreadableLines: this.#unreadableLines,
    };
  }

  #takeRecord(type: string | null, data: Fields): void {
    const session = text(data.sessionId) ?? '';
    switch (type) {
      case 'sessionUpdate':
        this.#hasBegun = true;
        this.#takeUpdate(fields(data.update), session);
        break;
      case 'metadata':
        this.#credits.add({ session, entries: data.meteringUsage, field: 'value' });
        break;
      case 'runFinished':
        this.#finish = { status: text(data.status), stopReason: text(data.stopReason) };
        this.#finalText = text(data.finalText);
        break;
      case 'runError':
        this.#error = oneLine(text(data.message) ?? 'The agent reported an error without a message.', 500);
        this.#transcript.writeLine('error', this.#error);
    }
  }

  #takeUpdate(update: Fields, session: string): void {
    const meta = fields(fields(update._meta).kiro);
    switch (update.sessionUpdate) {
      case 'agent_message_chunk': {
        const piece = text(fields(update.content).text) ?? '';
        this.#transcript.write(piece);
        this.#message.append(piece);
        break;
      }
      case 'tool_call':
        this.#takeToolCall(update, meta);
        break;
      case 'tool_call_update':
        this.#takeToolResult(update, meta);
        break;
      case 'session_info_update':
        if (meta.kind === 'turn_completion') {
          this.#credits.add({ session, entries: meta.promptTurnSummaries, field: 'usage' });
        }
    }
  }

  #takeToolCall(update: Fields, meta: Fields): void {
    this.toolCalls += 1;
    const title = describeTool(update);
    this.#titles.set(text(update.toolCallId) ?? '', title);
    this.#transcript.writeLine('tool', title);
    this.#onProgress(title);
    this.#takeToolResult(update, meta);
  }

  #takeToolResult(update: Fields, meta: Fields): void {
    const status = text(update.status);
    const isDenied = isDenial(update, meta);
    if (!isDenied && status !== 'failed') return;
    const title = this.#titles.get(text(update.toolCallId) ?? '') ?? describeTool(update);
    const line = `${title}: ${outputOf(update) || status}`;
    this.#transcript.writeLine(isDenied ? 'denied' : 'failed', oneLine(line, 500));
    if (isDenied && this.#denials.length < MOST_DENIALS) this.#denials.push(oneLine(line, 200));
  }
}
