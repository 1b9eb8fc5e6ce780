import type { ActsNext } from '../../outcome.ts';
import type { ProcessResult } from '../../ports/process.ts';
import type { Argv } from '../argv.ts';
import type { Commands } from '../commands.ts';

/** A command of the repository that did not end well. */
export interface FailedCommand {
  readonly name: 'install' | 'test' | 'coverage';
  readonly command: Argv;
  /** Where the command comes from, a clause for people: `detected from package-lock.json`. */
  readonly source: string;
  /** Permanent id of the tool chain, null where none was recognised. */
  readonly ecosystem: string | null;
  readonly endedBy: ProcessResult['endedBy'];
  readonly exitCode: number | null;
  /** Both streams, without secrets. */
  readonly output: string;
  /** The limit that the command ran under, and the setting that raises it. */
  readonly limit?: { readonly minutes: number; readonly setting: 'installMinutes' | 'testMinutes' | null };
  /** All commands of the repository, where advice is to go beyond the one that failed. */
  readonly commands?: Pick<Commands, 'folder' | 'install' | 'test' | 'coverage'> & Partial<Pick<Commands, 'needs'>>;
  /** A report of this run names tests that failed: they did run. */
  readonly hasFailedTests?: boolean;
  /** It ran before any change: nothing of the change can be the cause. */
  readonly isBaseline?: boolean;
  /** What whoever judged the command advises, where the command itself ended well. */
  readonly remedy?: string;
}

/** Settings of a `.kiro-worker.yml` that would help. */
export interface SuggestedSettings {
  /** Steps in their order. */
  readonly install?: readonly Argv[];
  readonly test?: Argv;
  readonly coverage?: Argv;
  readonly reports?: { readonly tests?: readonly string[]; readonly coverage?: readonly string[] };
  readonly timeouts?: { readonly installMinutes?: number; readonly testMinutes?: number };
}

/** What is to be said about a failure. */
export interface Advice {
  /** What the output says, a whole sentence; empty where the command's end says it. */
  readonly says: string;
  readonly remedy: string;
  readonly settings?: SuggestedSettings | null;
  /** Goes on from the remedy where the settings can be shown: `, or install it as below`. */
  readonly withSettings?: string;
  /** Where it is somebody else than of the sign. */
  readonly actsNext?: ActsNext;
}

/** What in the output of a command shows why it failed. It is a claim of whatever wrote the output. */
export interface Sign {
  readonly id: string;
  /** Never matches across lines. */
  readonly pattern: RegExp;
  /** Whose commands it tells something about; absent: any. */
  readonly of?: readonly FailedCommand['name'][];
  /** The machine, its network or what it has installed: not what tests decide about. */
  readonly isOfMachine: boolean;
  /** Network or registry: may be over by itself. */
  readonly isPassing?: true;
  readonly actsNext: ActsNext;
  readonly advise: (match: RegExpMatchArray, failed: FailedCommand) => Advice;
}
