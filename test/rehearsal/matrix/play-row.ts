import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REPOSITORY_FILE } from '../../../src/core/names.ts';
import { type Carried, carry } from './carry.ts';
import { type CheckResult, checkRepository } from './check-repository.ts';
import { makeProject } from './project.ts';
import type { Row } from './row.ts';

/** What a row came to. */
export interface Played {
  readonly row: Row;
  readonly check: CheckResult;
  /** The suggestion that was pasted, null when nothing had to be. */
  readonly pasted: string | null;
  readonly carried: Carried;
}

/** Looks at a row's project with `repository check`, pastes the suggestion where it finds no commands, and carries the project
 *  through the worker. Throws when there are no commands in the end. */
export async function playRow(row: Row): Promise<Played> {
  const folder = await makeProject(row);
  const check = await checkRepository(folder);
  if (check.commands !== null) return { row, check, pasted: null, carried: await carry(folder, row) };
  const pasted = check.suggestion;
  if (pasted === null) throw new Error(`${row.id} has neither commands nor a suggestion: ${JSON.stringify(check)}`);
  const files = { [REPOSITORY_FILE]: pasted };
  return { row, check: await checkPasted(folder, pasted), pasted, carried: await carry(folder, { ...row, files }) };
}

async function checkPasted(folder: string, pasted: string): Promise<CheckResult> {
  const copy = await mkdtemp(path.join(tmpdir(), 'kiro-pasted-'));
  try {
    await cp(folder, copy, { recursive: true });
    await writeFile(path.join(copy, REPOSITORY_FILE), pasted);
    const check = await checkRepository(copy);
    if (check.commands === null) throw new Error(`the suggestion does not work: ${pasted}\n${JSON.stringify(check)}`);
    return check;
  } finally {
    await rm(copy, { recursive: true });
  }
}
