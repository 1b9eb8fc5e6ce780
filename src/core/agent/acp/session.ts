import { createBoundedText } from '../../bounded-text.ts';
import { type Fields, fields, oneLine, stripAnsi, text } from '../../json-lines.ts';
import { isLoginPrompt } from '../kiro/service-words.ts';
import { describeTool, outputOf } from '../kiro/tool-call.ts';
import { createTranscript } from '../kiro/transcript.ts';
import type { PermissionDecision } from './permission.ts';
import { createUsageMeter } from './usage.ts';

const FINAL_TEXT_CHARACTERS = 64 * 1024;
const LINE_CHARACTERS = 2_000;
const MOST_REJECTIONS = 20;
/** Calls whose title, kind and places are remembered; the newest ones. */
const MOST_OPEN_CALLS = 1_000;

/** What the agent's messages said so far. */
export interface AcpSummary {
  /** What it was not allowed, one line each. */
  readonly rejections: readonly string[];
  /** It has completed a tool call since the last rejection. */
  readonly hasRecovered: boolean;
  /** Before it said or did anything, some output looked like a login. */
  readonly looksLikeLogin: boolean;
  /** It has said or done something in its session, so it was let in. */
  readonly hasBegun: boolean;
  readonly tokens: number | null;
  readonly credits: number | null;
  readonly toolCalls: number;
  readonly finalText: string;
  /** What happened, for people: at most 1 MiB. */
  readonly transcript: string;
}

/** Takes in what an agent sends, in bounded memory: what it does not know is passed over. */
export interface AcpSession {
  /** Takes the parameters of `session/update`. */
  update(params: unknown): void;
  /** Returns what was said of a tool call before. */
  toolCall(params: unknown): Fields;
  /** Takes a request for a permission, and what was answered. */
  decided(params: unknown, decision: PermissionDecision): void;
  /** Takes `usage` and `_meta` of a prompt's result. */
  turnEnded(result: unknown): void;
  /** Takes a line on how the conversation goes. */
  state(line: string): void;
  /** Takes a line that is no message of the protocol. */
  note(line: string, from: 'stdout' | 'stderr'): void;
  tokens(): number | null;
  credits(): number | null;
  toolCalls(): number;
  summary(): AcpSummary;
}

/** Returns the reader of one session. `onProgress` gets one line per tool call. */
export function createAcpSession(onProgress: (line: string) => void): AcpSession {
  return new SessionReader(onProgress);
}

class SessionReader implements AcpSession {
  readonly #onProgress: (line: string) => void;
  readonly #transcript = createTranscript();
  readonly #usage = createUsageMeter();
  readonly #calls = new Map<string, Fields>();
  readonly #rejections: string[] = [];
  #message = createBoundedText(FINAL_TEXT_CHARACTERS);
  #isTalking = false;
  #hasRecovered = true;
  #looksLikeLogin = false;
  #hasBegun = false;
  #toolCalls = 0;

  constructor(onProgress: (line: string) => void) {
    this.#onProgress = onProgress;
  }

  update(params: unknown): void {
    const { update: said, _meta } = fields(params);
    const update = fields(said);
    for (const meta of [_meta, update._meta]) this.#usage.addMeta(meta);
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        this.#talk(text(fields(update.content).text) ?? '');
        break;
      case 'agent_thought_chunk':
        this.#hasBegun = true;
        break;
      case 'tool_call':
        this.#begin(update);
        break;
      case 'tool_call_update':
        this.#goOn(update);
    }
  }

  toolCall(params: unknown): Fields {
    return this.#calls.get(idOf(fields(fields(params).toolCall))) ?? {};
  }

  decided(params: unknown, decision: PermissionDecision): void {
    this.#hasBegun = true;
    const asked = fields(fields(params).toolCall);
    const title = titleOf({ ...this.toolCall(params), ...asked });
    this.#transcript.writeLine(decision.kind, title);
    if (decision.kind === 'allowed') return;
    this.#hasRecovered = false;
    if (this.#rejections.length < MOST_REJECTIONS) this.#rejections.push(title);
  }

  turnEnded(result: unknown): void {
    const { usage, _meta } = fields(result);
    const reported = usage ?? fields(_meta).usage ?? fields(fields(_meta).quota).token_count;
    this.#usage.addTurn(reported);
    this.#usage.addMeta({ kiro: fields(_meta).kiro });
  }

  state(line: string): void {
    this.#transcript.writeLine('acp', oneLine(line, LINE_CHARACTERS));
  }

  note(line: string, from: 'stdout' | 'stderr'): void {
    const clean = stripAnsi(line);
    if (clean.trim() === '') return;
    this.#looksLikeLogin ||= !this.#hasBegun && isLoginPrompt(clean);
    this.#transcript.writeLine(from, oneLine(clean, LINE_CHARACTERS));
  }

  tokens = () => this.#usage.tokens();
  credits = () => this.#usage.credits();
  toolCalls = () => this.#toolCalls;

  summary(): AcpSummary {
    return {
      rejections: [...this.#rejections],
      hasRecovered: this.#hasRecovered,
      looksLikeLogin: this.#looksLikeLogin,
      hasBegun: this.#hasBegun,
      tokens: this.tokens(),
      credits: this.credits(),
      toolCalls: this.#toolCalls,
      finalText: stripAnsi(this.#message.toString()).trim().slice(0, FINAL_TEXT_CHARACTERS),
      transcript: stripAnsi(this.#transcript.toString()),
    };
  }

  /** The words after the last tool call are those that count. */
  #talk(piece: string): void {
    if (piece === '') return;
    this.#hasBegun = true;
    if (!this.#isTalking) this.#message = createBoundedText(FINAL_TEXT_CHARACTERS);
    this.#isTalking = true;
    this.#message.append(piece);
    this.#transcript.write(piece);
  }

  #begin(update: Fields): void {
    this.#hasBegun = true;
    this.#isTalking = false;
    this.#toolCalls += 1;
    const title = titleOf(update);
    this.#transcript.writeLine('tool', title);
    this.#onProgress(title);
    this.#goOn(update);
  }

  #goOn(update: Fields): void {
    this.#hasBegun = true;
    const id = idOf(update);
    const before = this.#calls.get(id) ?? {};
    const { title, kind, locations, status } = update;
    const known: Fields = {
      title: title ?? before.title,
      kind: kind ?? before.kind,
      locations: Array.isArray(locations) ? locations.slice(0, 100) : before.locations,
    };
    this.#calls.delete(id);
    this.#calls.set(id, known);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > MOST_OPEN_CALLS && oldest !== undefined) this.#calls.delete(oldest);
    if (status === 'completed') this.#hasRecovered = true;
    if (status !== 'failed') return;
    this.#transcript.writeLine('failed', oneLine(`${titleOf(known)}: ${outputOf(update) || 'failed'}`, 500));
  }
}

function idOf(call: Fields): string {
  return (text(call.toolCallId) ?? '').slice(0, 200);
}

function titleOf(call: Fields): string {
  return describeTool(call);
}
