import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The runtime client that AWS runs in its own images; the package compiles it when it is installed. */
const PACKAGE = 'aws-lambda-ric';
const VERSION = '4.0.2';

/** Returns the program that runs a handler against a Runtime API, installed on first use (a minute or two). Throws with
 *  the compiler's output when it cannot be built. */
export async function installRuntimeClient(): Promise<string> {
  const home = process.env.REHEARSAL_FOLDER ?? join(tmpdir(), 'kiro-worker-rehearsal');
  const folder = join(home, `${PACKAGE}-${VERSION}`);
  const program = join(folder, 'node_modules', PACKAGE, 'index.mjs');
  // The compiled part comes last, so an interrupted installation is begun again.
  if (existsSync(join(folder, 'node_modules', PACKAGE, 'rapid-client.node'))) return program;
  await mkdir(folder, { recursive: true });
  const manifest = {
    private: true,
    dependencies: { [PACKAGE]: VERSION },
    // npm runs no install script that is not named here.
    allowScripts: { [`${PACKAGE}@${VERSION}`]: true },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--omit=dev'];
  await promisify(execFile)('npm', ['install', ...flags], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  return program;
}
