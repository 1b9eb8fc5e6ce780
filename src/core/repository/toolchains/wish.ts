import type { ToolName, ToolNeed } from '../tool-need.ts';
import { type Accepts, beginsWith, numbersOf, readRange } from './version-range.ts';

/** Tools of which machines have several versions side by side. */
export const CHOSEN_TOOLS = ['node', 'python', 'go', 'jdk'] as const satisfies readonly ToolName[];
export type ChosenTool = (typeof CHOSEN_TOOLS)[number];

/** What a need comes to. */
export interface Wish {
  readonly accepts: Accepts;
  /** What comes closest to the words of the need. */
  readonly prefers: Accepts;
}

/** `lts/NAME` as nvm knows it (nodejs/Release). */
const NODE_NAMES: Readonly<Record<string, number>> = {
  ...{ argon: 4, boron: 6, carbon: 8, dubnium: 10, erbium: 12, fermium: 14, gallium: 16, hydrogen: 18, iron: 20 },
  ...{ jod: 22, krypton: 24 },
};
const ANY = /^(?:\*|x|node|stable|latest|current|default|system|lts)$/;

/** Returns what a need accepts; null where it names no version that can be read. */
export function readWish(tool: ChosenTool, { wanted, by }: ToolNeed): Wish | null {
  const text = (wanted ?? '').trim().toLowerCase();
  if (ANY.test(text)) return { accepts: () => true, prefers: () => false };
  if (tool === 'jdk') return wishForJava(text, by);
  if (tool === 'go') return wishForGo(text);
  return tool === 'node' ? wishForNode(text) : wishForRange(text.replace(/^(?:c?python)[-@]?/, ''), 2);
}

/** Programs of an older language version run on a newer machine; a version manager's file names the one machine. */
function wishForJava(text: string, by: string): Wish | null {
  const [first, second] = numbersOf(/\d+(?:\.\d+)*/.exec(text)?.[0] ?? '');
  const major = first === 1 && second !== undefined ? second : first;
  if (major === undefined) return null;
  const prefers: Accepts = (version) => numbersOf(version)[0] === major;
  const isExact = /(?:^|\/)\.(?:java-version|tool-versions|sdkmanrc)$/.test(by);
  return { prefers, accepts: isExact ? prefers : (version) => (numbersOf(version)[0] ?? 0) >= major };
}

/** Go promises that a newer one compiles what an older one did. */
function wishForGo(text: string): Wish | null {
  const least = /^(?:go)?(\d+(?:\.\d+)*)(?:[a-z]\w*)?$/.exec(text)?.[1];
  const accepts = readRange(least === undefined ? text : `>=${least}`);
  return accepts && { accepts, prefers: () => false };
}

function wishForNode(text: string): Wish | null {
  const name = /^lts\/(.+)$/.exec(text)?.[1];
  if (name === undefined) return wishForRange(text, 1);
  if (name === '*') return { accepts: (version) => (numbersOf(version)[0] ?? 1) % 2 === 0, prefers: () => false };
  const major = Object.hasOwn(NODE_NAMES, name) ? NODE_NAMES[name] : undefined;
  return major === undefined ? null : wishForRange(String(major), 1);
}

/** One version stands for its release line, whose first `significant` numbers it has; others of the line take its place. */
function wishForRange(text: string, significant: number): Wish | null {
  const one = /^=?v?(\d+(?:\.\d+)*)(?:-dev)?$/.exec(text)?.[1];
  if (one !== undefined) {
    const numbers = numbersOf(one);
    const line = numbers.slice(0, significant);
    return {
      accepts: (version) => beginsWith(numbersOf(version), line),
      prefers: (version) => beginsWith(numbersOf(version), numbers),
    };
  }
  const accepts = readRange(text);
  return accepts && { accepts, prefers: () => false };
}
