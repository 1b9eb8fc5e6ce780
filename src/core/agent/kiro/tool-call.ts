import { type Fields, fields, oneLine, text } from '../../json-lines.ts';

const PROGRESS_CHARACTERS = 120;
/** How the engines word that nobody allowed a tool. A plain "permission denied" is the operating system's. */
const DENIAL_WORDS =
  /no user to approve|user (?:denied|rejected) (?:the )?tool|\b(?:denied|rejected|blocked) by (?:the )?(?:user|policy|permission|rule|security policy)|tool execution was (?:blocked|denied)|permission (?:to use|for) (?:the |this )?tool\b.{0,60}denied/i;
const DENIAL_STATES = new Set(['denied', 'deny', 'rejected', 'reject', 'reject_once', 'reject_always']);

/** Returns whether a tool call, or an update of one, says that the agent was not allowed to make it. */
export function isDenial(update: Fields, meta: Fields): boolean {
  const states = [update.status, meta.consent, meta.decision, meta.effect, meta.outcome].map(text);
  if (states.some((state) => state !== null && DENIAL_STATES.has(state.toLowerCase()))) return true;
  return update.status === 'failed' && DENIAL_WORDS.test(outputOf(update));
}

/** What a tool call has put out, at most 4096 characters. */
export function outputOf(update: Fields): string {
  const content = Array.isArray(update.content) ? update.content : [];
  const parts = content.map((part) => text(fields(fields(part).content).text) ?? text(fields(part).text) ?? '');
  const raw = update.rawOutput;
  const rest = typeof raw === 'string' ? raw : raw === undefined ? '' : JSON.stringify(raw);
  return [...parts, rest].join(' ').trim().slice(0, 4096);
}

/** `Edit src/a.ts`: the tool's own title, and the file when the title does not name it. */
export function describeTool(update: Fields): string {
  const title = text(update.title) ?? text(update.kind) ?? 'Tool';
  const location = Array.isArray(update.locations) ? text(fields(update.locations[0]).path) : null;
  const file = location?.split('/').slice(-2).join('/');
  return oneLine(file && !title.includes(file) ? `${title} ${file}` : title, PROGRESS_CHARACTERS);
}
