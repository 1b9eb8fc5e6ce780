/** What a check found. `unknown` is no pass: it could not be looked at. `warning` lets work go on. */
export type CheckState = 'passed' | 'warning' | 'failed' | 'unknown';

/** One check, with what to do unless it passed. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  /** Null where nothing is to be done. */
  readonly remedy: string | null;
}

/** Returns a check that passed. */
export function passed(name: string, detail: string): Check {
  return { name, state: 'passed', detail, remedy: null };
}

/** Returns a check that did not pass. */
export function failed(name: string, { detail, remedy }: { detail: string; remedy: string }): Check {
  return { name, state: 'failed', detail, remedy };
}

/** Returns a check whose finding lets work go on. */
export function warning(name: string, { detail, remedy }: { detail: string; remedy: string }): Check {
  return { name, state: 'warning', detail, remedy };
}

/** Returns a check that could not be made. */
export function unknown(name: string, { detail, remedy }: { detail: string; remedy: string }): Check {
  return { name, state: 'unknown', detail, remedy };
}

/** Returns whether nothing failed and nothing is unknown. */
export function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ state }) => state === 'passed' || state === 'warning');
}
