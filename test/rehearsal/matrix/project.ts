import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rehearsalFolder } from '../stacks/tools.ts';
import { fetchSource } from './fetch.ts';
import { runLockTool } from './lock-tools.ts';
import type { Assembled, Piece, Row, Source } from './row.ts';
import { unpackSource } from './unpack.ts';

/** Returns the folder of a row's project, which is made on first use and whenever the row says something else. */
export async function makeProject({ id, project }: Pick<Row, 'id' | 'project'>): Promise<string> {
  const kept = path.join(rehearsalFolder(), 'matrix', 'projects');
  const version = createHash('sha256').update(JSON.stringify(project)).digest('hex').slice(0, 12);
  const place = path.join(kept, `${id}-${version}`);
  if (existsSync(place)) return place;
  await mkdir(kept, { recursive: true });
  const draft = await mkdtemp(path.join(kept, 'draft-'));
  try {
    await chmod(draft, 0o755);
    if ('upstream' in project) await unpack(project.upstream, draft);
    else await assemble(project, draft);
    await rename(draft, place);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return place;
}

async function unpack(source: Source, to: string): Promise<void> {
  await unpackSource(source, { file: await fetchSource(source), to });
}

async function assemble({ pieces, without = [], files, lock }: Assembled, to: string): Promise<void> {
  for (const piece of pieces) await place(piece, to);
  for (const file of without) await rm(path.join(to, file), { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(to, file)), { recursive: true });
    await writeFile(path.join(to, file), text);
  }
  if (lock === null) return;
  await runLockTool(lock.tool, { args: lock.args, cwd: to });
  for (const left of ['node_modules', '.yarn']) await rm(path.join(to, left), { recursive: true, force: true });
}

async function place({ source, paths }: Piece, to: string): Promise<void> {
  const whole = await mkdtemp(`${to}-piece-`);
  try {
    await unpack(source, whole);
    for (const [from, target] of Object.entries(paths)) {
      await cp(path.join(whole, from), path.join(to, target), { recursive: true });
    }
  } finally {
    await rm(whole, { recursive: true });
  }
}
