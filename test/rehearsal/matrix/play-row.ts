import { REPOSITORY_FILE } from '../../../src/core/names.ts';
import type { Commands } from '../../../src/core/repository/commands.ts';
import { type Carried, carry } from './carry.ts';
import { checkRepository } from './check-repository.ts';
import { makeProject } from './project.ts';
import type { Row } from './row.ts';

/** What a row came to. */
export interface Played {
  readonly row: Row;
  readonly commands: Commands;
  /** The suggestion that was pasted, null when nothing had to be. */
  readonly pasted: string | null;
  readonly carried: Carried;
}

/** Looks for the commands of a row's project, pastes the suggestion where there are none, and carries the project through the
 *  worker. Throws when there are no commands in the end. */
export async function playRow(row: Row): Promise<Played> {
  const folder = await makeProject(row);
  const found = await checkRepository(folder, null);
  if (found.commands !== null) {
    return { row, commands: found.commands, pasted: null, carried: await carry(folder, row) };
  }
  const pasted = found.suggestion;
  const { commands } = pasted === null ? found : await checkRepository(folder, pasted);
  if (pasted === null || commands === null) throw new Error(`${row.id}: ${JSON.stringify(found, null, 2)}`);
  return { row, commands, pasted, carried: await carry(folder, { ...row, files: { [REPOSITORY_FILE]: pasted } }) };
}
