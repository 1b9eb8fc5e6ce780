import { formatTable } from '../../terminal/table.ts';

interface State {
  readonly setting: string;
  /** Null where it could not be read. */
  readonly isSet: boolean | null;
  readonly detail: string;
}

/** Returns what is set as a table; values that are secret are in none of it. */
export function formatStates(states: readonly State[]): string {
  return formatTable({
    head: ['Setting', 'Set', 'What is there'],
    rows: states.map(({ setting, isSet, detail }) => [
      setting,
      isSet === null ? 'unknown' : isSet ? 'yes' : 'no',
      detail,
    ]),
  });
}
