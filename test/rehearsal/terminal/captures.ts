import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { resourceNames } from '../../../src/core/names.ts';
import { openFunctionScene } from '../../support/scenes/function.ts';
import { PLACE } from '../../support/system/repository.ts';
import { clientSettings, type LifeCycle, placeVariables, pointFunctions } from '../operate/life-cycle.ts';
import { openOperator } from '../operate/operator.ts';
import { makeClone } from '../stacks/clone.ts';
import { openTerminal } from './terminal.ts';

/** Widths of the terminals, in columns. */
const WIDTHS = [80, 120];
const NAMES = resourceNames('test');

/** Returns what a new user sees of the commands, by the names of files: an empty account until a risky change is held up. What differs
 *  from run to run is the same in all. */
export async function makeCaptures(say: (text: string) => void): Promise<ReadonlyMap<string, string>> {
  const captures = new Map<string, string>();
  for (const columns of WIDTHS) {
    const [operator, clone, scene] = await Promise.all([openOperator(), makeClone(), openFunctionScene()]);
    const tools = await makeTools();
    try {
      const play = { cycle: { operator, clone, scene }, columns, PATH: tools };
      for await (const [name, text] of playScenes(play)) {
        say(`${name}, ${columns} columns`);
        captures.set(`${name}-${columns}.txt`, `${withoutChance(text)}\n`);
      }
    } finally {
      await scene.close();
      await operator.close();
      await clone.remove();
      await rm(tools, { recursive: true });
    }
  }
  return captures;
}

/** The programs of a machine that has what is needed and nothing else. */
async function makeTools(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-tools-'));
  await symlink(process.execPath, path.join(folder, 'node'));
  const places = (process.env.PATH ?? '').split(path.delimiter).map((place) => path.join(place, 'git'));
  for (const place of places) {
    const isThere = await readFile(place).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    await symlink(place, path.join(folder, 'git'));
    return folder;
  }
  throw new Error('git is not on the PATH.');
}

interface Play {
  readonly cycle: LifeCycle;
  readonly columns: number;
  readonly PATH: string;
}

/** Each goes on where the one before has ended. */
async function* playScenes(play: Play): AsyncGenerator<[string, string]> {
  const { clone } = play.cycle;
  yield ['doctor', await show(play, ['doctor', '--env', 'test'])];
  yield ['deploy', await show(play, ['deploy', '--env', 'test'])];
  await setUp(play);
  yield ['verify', await show(play, ['verify', '--env', 'test'])];
  yield ['status', await show(play, ['status', '--env', 'test'])];
  await makeRisky(clone.folder);
  yield ['review', await show(play, ['deploy', '--env', 'test'], clone.folder)];
}

/** Returns all that a command has shown, below the line that started it; says yes to what it asks. */
async function show(play: Play, args: readonly string[], root?: string): Promise<string> {
  const { cycle, columns, PATH } = play;
  const { AWS_ENDPOINT_URL_CODEBUILD: _, ...addresses } = placeVariables(cycle);
  const env = { ...cycle.operator.env, ...addresses, PATH };
  const terminal = await openTerminal(args, { columns, env, ...(root === undefined ? {} : { root }) });
  try {
    while (await terminal.shows(/\? [^\n]* \(y\/N\)$/)) await terminal.type('y', 'Enter');
    const { code, text } = await terminal.ended();
    return `$ npx kiro-worker ${args.join(' ')}\n${text}\n$ echo $?\n${code}`;
  } finally {
    await terminal.close();
  }
}

/** Fills in what verify looks for. */
async function setUp({ cycle }: Play): Promise<void> {
  const { operator, scene } = cycle;
  const lambda = new LambdaClient(clientSettings(cycle));
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-captures-'));
  const { AWS_ENDPOINT_URL_CODEBUILD: _, ...env } = placeVariables(cycle);
  const configure = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await operator.run(['configure', ...args, '--env', 'test'], { env });
    if (code !== 0) throw new Error(stdout + stderr);
  };
  try {
    await pointFunctions(cycle, { lambda, names: [NAMES.pollerFunction, NAMES.finalizerFunction] });
    const token = [...scene.github.tokens][0] ?? '';
    const secrets = { 'github-token': token, 'git-credentials': token, 'kiro-api-key': 'ksk_0123456789abcdef' };
    for (const [setting, value] of Object.entries(secrets)) {
      const file = path.join(folder, setting);
      await writeFile(file, value, { mode: 0o600 });
      await configure(setting, '--file', file);
    }
    const board = `${scene.github.url}/orgs/${PLACE.owner}/projects/${PLACE.projectNumber}`;
    await configure('project', '--board', board, '--repository', PLACE.name);
    await configure('alert-email', '--email', 'ana@example.com');
  } finally {
    lambda.destroy();
    await rm(folder, { recursive: true });
  }
}

/** A next version that takes an alarm away, gives a function a table, and changes what nobody minds. */
async function makeRisky(folder: string): Promise<void> {
  const edit = async (file: string, [before, after]: readonly [string, string]) => {
    const text = await readFile(path.join(folder, file), 'utf8');
    if (!text.includes(before)) throw new Error(`${file} does not say ${before}`);
    await writeFile(path.join(folder, file), text.replace(before, after));
  };
  await edit('src/stacks/environments.ts', ['lambdaMemoryMb: 512', 'lambdaMemoryMb: 640']);
  await edit('src/stacks/monitoring.ts', [', ...LOCK_ALARMS]', ']']);
  await edit('src/stacks/monitoring.ts', ["import { LOCK_ALARMS } from './alarms/locks.ts';\n", '']);
  await edit('src/stacks/poller.ts', [
    "...useKey(core.KmsKeyArn, ['dynamodb', 'secretsmanager'])",
    "...useKey(core.KmsKeyArn, ['dynamodb', 'secretsmanager', 's3'])",
  ]);
}

/** What differs from run to run, each with something as long. */
const CHANCE: readonly (readonly [RegExp, string])[] = [
  // Where a moving line was taken away.
  [/^(✔ [^\n]*)\n\n+/gm, '$1\n'],
  [/[0-9a-f]{64}/g, '0a1b2c3d'.repeat(8)],
  [/\b(?!1{12}\b)[0-9a-f]{12}\b/g, '0a1b2c3d4e5f'],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f'],
  [/-artifacts-[0-9a-f]{8}\b/g, '-artifacts-0a1b2c3d'],
  [/\b\d{8}T\d{6}Z/g, '20300101T000000Z'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2030-01-01T00:00:00Z'],
  [/\bv\d+\.\d+\.\d+$/gm, 'v24.0.0'],
  [/\bgit version .*$/gm, 'git version 2.50.0'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:8080'],
];

function withoutChance(text: string): string {
  return CHANCE.reduce((all, [chance, same]) => all.replace(chance, same), text);
}

/** Writes captures to a folder, and nothing else there. */
export async function writeCaptures(folder: string, captures: ReadonlyMap<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of captures) await writeFile(path.join(folder, name), text);
}
