import { REPOSITORY_FILE } from '../../../src/core/names.ts';
import { type Carried, carry } from './carry.ts';
import { type Check, checkRepository } from './check-repository.ts';
import { makeProject } from './project.ts';
import type { Row } from './row.ts';

/** What a row came to. */
export interface Played {
  readonly row: Row;
  /** What was found, in the end. */
  readonly check: Check;
  /** The suggestion that was pasted, null when nothing had to be. */
  readonly pasted: string | null;
  readonly carried: Carried;
}

/** Asks `repository check` for the commands of a row's project, pastes its suggestion where there are none, and carries the project
 *  through the worker. Throws when there are no commands in the end. */
export async function playRow(row: Row): Promise<Played> {
  const folder = await makeProject(row);
  const found = await checkRepository(folder, null);
  if (found.commands !== null) return { row, check: found, pasted: null, carried: await carry(folder, row) };
  const pasted = found.suggestion;
  const check = pasted === null ? found : await checkRepository(folder, pasted);
  if (pasted === null || check.commands === null) throw new Error(`${row.id}: ${JSON.stringify(found, null, 2)}`);
  return { row, check, pasted, carried: await carry(folder, { ...row, files: { [REPOSITORY_FILE]: pasted } }) };
}
