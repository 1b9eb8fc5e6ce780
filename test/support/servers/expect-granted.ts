import { expect } from 'chai';
import type { AwsCommand } from '../../../src/stacks/access/rows.ts';
import { TOOL_CALLS } from '../../../src/stacks/access/tool-calls.ts';

/** Fails when commands asked AWS for something (`service:Operation`) that the policies of people do not hold for them. */
export function expectGranted(requests: readonly string[], commands: readonly AwsCommand[]): void {
  const granted = new Set(callsOf(commands));
  expect([...new Set(requests)].filter((request) => !granted.has(request))).to.deep.equal([]);
}

/** Returns the calls that the policies hold for commands and that were not made. */
export function callsNotMade(requests: readonly string[], commands: readonly AwsCommand[]): string[] {
  return [...new Set(callsOf(commands))].filter((call) => !requests.includes(call)).sort();
}

function callsOf(commands: readonly AwsCommand[]): string[] {
  return TOOL_CALLS.filter(({ by }) => commands.some((command) => by.includes(command))).map(({ call }) => call);
}
