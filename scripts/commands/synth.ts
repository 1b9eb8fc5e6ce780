import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { WorkerError } from '../../src/core/errors.ts';
import { isSystemError } from '../../src/core/system-error.ts';
import { deploymentFiles } from '../../src/stacks/documents/deployment-files.ts';
import { generatedFiles } from '../../src/stacks/documents/generated-files.ts';
import { ENVIRONMENTS, SANDBOX } from '../../src/stacks/environments.ts';

export interface SynthOptions {
  /** Compare with the committed files; write nothing. */
  readonly check?: boolean;
  /** Write what this environment would deploy to `out`, instead of the repository's own files. */
  readonly env?: string;
  readonly out?: string;
  readonly json?: boolean;
  /** Folder of the repository; this one by default. */
  readonly root?: string;
}

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const SHOWN_DIFF_LINES = 60;

/** Writes the templates, samconfig.toml and generated documents (or checks them); returns the exit code. Throws
 *  SYNTH_DRIFT with a diff per file, ARGUMENT_INVALID, CONFIG_INVALID and STACK_MODEL_INVALID with all problems. */
export async function synth({
  check = false,
  env,
  out,
  json = false,
  root = REPOSITORY,
}: SynthOptions): Promise<number> {
  const startedAt = performance.now();
  const print = (facts: { written: string[]; folder: string }, text: string) =>
    process.stdout.write(
      json
        ? `${JSON.stringify({ outcome: 'ok', ...facts, durationMs: Math.round(performance.now() - startedAt) })}\n`
        : text,
    );
  if (env !== undefined || out !== undefined) {
    const { folder, files } = plannedDeployment({ env, out });
    await writeAll(folder, files);
    print(
      { written: Object.keys(files), folder },
      `Wrote ${Object.keys(files).length} files to ${folder}; nothing was deployed.\n`,
    );
    return 0;
  }
  const files = generatedFiles({ environments: ENVIRONMENTS, sandbox: SANDBOX });
  const current = await readAll(root, Object.keys(files));
  const changed = Object.keys(files).filter((file) => files[file] !== current[file]);
  if (check && changed.length > 0) throw drift(changed, { current, files });
  if (!check) await writeAll(root, Object.fromEntries(changed.map((file) => [file, files[file] ?? ''])));
  const total = Object.keys(files).length;
  const text = check ? `All ${total} generated files are up to date.\n` : summary(changed, total);
  print({ written: check ? [] : changed, folder: root }, text);
  return 0;
}

function summary(changed: readonly string[], total: number): string {
  if (changed.length === 0) return `All ${total} generated files were up to date.\n`;
  return `${changed.map((file) => `wrote ${file}\n`).join('')}Next: review the changes (git diff), then deploy as docs/deployment.md says.\n`;
}

function plannedDeployment({ env, out }: { env: string | undefined; out: string | undefined }) {
  const remedy = `For example: npm run synth -- --env test --out dist/test (environments: ${Object.keys(ENVIRONMENTS).join(', ')}).`;
  if (env === undefined || out === undefined) {
    const what = `synth needs both --env and --out; --${env === undefined ? 'env' : 'out'} is missing.`;
    throw new WorkerError({ code: 'ARGUMENT_INVALID', what, remedy });
  }
  const config = Object.values(ENVIRONMENTS).find(({ environment }) => environment === env);
  if (config === undefined) {
    const what = `There is no environment ${JSON.stringify(env)} to be deployed.`;
    throw new WorkerError({ code: 'ARGUMENT_INVALID', what, remedy });
  }
  generatedFiles({ environments: ENVIRONMENTS, sandbox: SANDBOX });
  return { folder: path.resolve(out), files: deploymentFiles(ENVIRONMENTS, config) };
}

function drift(
  changed: readonly string[],
  { current, files }: { current: Readonly<Record<string, string>>; files: Readonly<Record<string, string>> },
): WorkerError {
  return new WorkerError({
    code: 'SYNTH_DRIFT',
    what: `${changed.length} generated file${changed.length === 1 ? ' is' : 's are'} not what the sources say:`,
    problems: changed.map(
      (file) => `${file}\n${diffOf(file, { committed: current[file] ?? '', generated: files[file] ?? '' })}`,
    ),
    remedy: 'Run `npm run synth` and commit what it writes; edit the sources, never the generated files.',
  });
}

function diffOf(file: string, { committed, generated }: { committed: string; generated: string }): string {
  const lines = createTwoFilesPatch(`${file} (committed)`, `${file} (sources)`, committed, generated, '', '', {
    context: 2,
  }).split('\n');
  const shown = lines.slice(1, SHOWN_DIFF_LINES).join('\n');
  return lines.length > SHOWN_DIFF_LINES ? `${shown}\n... ${lines.length - SHOWN_DIFF_LINES} more lines` : shown;
}

async function readAll(folder: string, files: readonly string[]): Promise<Record<string, string>> {
  const entries = await Promise.all(
    files.map(async (file) => [file, await readIfThere(path.join(folder, file))] as const),
  );
  return Object.fromEntries(entries);
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return '';
    throw error;
  }
}

async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}
