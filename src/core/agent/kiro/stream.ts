import { createBoundedText } from '../../bounded-text.ts';
import { type Fields, fields, oneLine, parseRecord, stripAnsi, text } from '../../json-lines.ts';
import { describeTool, isDenial, outputOf } from './tool-call.ts';

const TRANSCRIPT_CHARACTERS = 1024 * 1024;
const FINAL_TEXT_CHARACTERS = 64 * 1024;
const LINE_CHARACTERS = 2_000;
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
  let atLineStart = true;

  function write(piece: string): void {
    transcript.append(piece);
    if (piece !== '') atLineStart = piece.endsWith('\n');
  }
  function writeLine(mark: string, line: string): void {
    write(`${atLineStart ? '' : '\n'}[${mark}] ${line}\n`);
  }

  const handlers: Record<string, (data: Fields) => void> = {
    sessionUpdate: (data) => takeUpdate(fields(data.update), text(data.sessionId) ?? ''),
    metadata: (data) => addCredits(text(data.sessionId) ?? '', data.meteringUsage, 'value'),
    runFinished(data) {
      finish = { status: text(data.status), stopReason: text(data.stopReason) };
      finalText = text(data.finalText);
    },
    runError(data) {
      error = oneLine(text(data.message) ?? 'The agent reported an error without a message.', 500);
      writeLine('error', error);
    },
  };

  function takeUpdate(update: Fields, session: string): void {
    const meta = fields(fields(update._meta).kiro);
    switch (update.sessionUpdate) {
      case 'agent_message_chunk': {
        const piece = text(fields(update.content).text) ?? '';
        write(piece);
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
    writeLine('tool', title);
    onProgress(title);
    takeToolResult(update, meta);
  }

  function takeToolResult(update: Fields, meta: Fields): void {
    const status = text(update.status);
    const isDenied = isDenial(update, meta);
    if (!isDenied && status !== 'failed') return;
    const line = `${titles.get(text(update.toolCallId) ?? '') ?? describeTool(update)}: ${outputOf(update) || status}`;
    writeLine(isDenied ? 'denied' : 'failed', oneLine(line, 500));
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
        writeLine('output', oneLine(clean, LINE_CHARACTERS));
        return;
      }
      records += 1;
      handlers[text(record.type) ?? '']?.(fields(record.data));
    },
    note: (line) => writeLine('stderr', oneLine(line, LINE_CHARACTERS)),
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

/** First line of a device login, which kiro-cli starts when it has neither key nor login. */
const LOGIN_PROMPT = /^Confirm the following code in the browser|^Open this URL:/i;
