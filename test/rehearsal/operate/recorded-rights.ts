import { expect } from 'chai';
import { COMMANDS_OF } from '../../../src/stacks/access/rows.ts';
import { TOOL_CALLS } from '../../../src/stacks/access/tool-calls.ts';
import type { CallRecorder } from './call-recorder.ts';

/** The policies name one command for some. */
const STANDS_FOR: Readonly<Record<string, string>> = { resume: 'pause', cancel: 'retry', unlock: 'retry' };

const commandOf = (by: string) => STANDS_FOR[by] ?? by;

/** Fails when a command asked for what the policies of people do not hold for it. */
export function expectNothingBeyond({ calls, unknown }: Pick<CallRecorder, 'calls' | 'unknown'>): void {
  expect(unknown, 'not understood').to.deep.equal([]);
  const held = new Set(TOOL_CALLS.flatMap(({ call, by }) => by.map((command) => `${command} ${call}`)));
  const beyond = calls.map(({ by, call }) => `${commandOf(by)} ${call}`).filter((one) => !held.has(one));
  expect([...new Set(beyond)], 'not in src/stacks/access/tool-calls.ts').to.deep.equal([]);
}

/** Returns `command service:Operation` for all that the policies hold and no command has asked for. */
export function neverAsked({ calls }: Pick<CallRecorder, 'calls'>): string[] {
  const asked = new Set(calls.map(({ by, call }) => `${commandOf(by)} ${call}`));
  const rows = TOOL_CALLS.flatMap(({ call, by }) => by.map((command) => `${command} ${call}`));
  return [...new Set(rows)].filter((row) => !asked.has(row)).sort();
}

/** Returns the commands of people that were never run. */
export function neverRun({ calls }: Pick<CallRecorder, 'calls'>): string[] {
  const ran = new Set(calls.map(({ by }) => commandOf(by)));
  return Object.values(COMMANDS_OF)
    .flat()
    .filter((command) => !ran.has(command));
}
