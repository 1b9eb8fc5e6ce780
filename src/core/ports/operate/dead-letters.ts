import type { StoredLetter } from '../../operate/dead-letter.ts';

/** The dead letters of one function. Every method throws AWS_REQUEST_FAILED. */
export interface DeadLetters {
  /** All letters, which nobody else receives for some minutes; `giveBack` ends that. Throws SETUP_INCOMPLETE when there is no
   *  queue. */
  take(): Promise<StoredLetter[]>;
  /** Lets others receive what is still there of the letters taken. */
  giveBack(): Promise<void>;
  remove(id: string): Promise<void>;
  /** Runs the function with the payload of a letter; returns its error, null when it succeeded. */
  replay(letter: { readonly id: string; readonly payload: unknown }): Promise<string | null>;
}
