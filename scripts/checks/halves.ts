import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Suites that run real builds, stores under contention and processes take about half of the time. */
const SLOW_HALF = /^test\/(?:e2e|contract\/(?:build|flows|functions|lock))/;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs all tests of .mocharc.json in two processes side by side, for machines have two cores; COUNTS_FILE gets the
 *  counts of both as JSON. Exit code 1 when a test failed, a half broke, or one of them ran nothing. */
async function runHalves(): Promise<number> {
  const { spec } = JSON.parse(readFileSync('.mocharc.json', 'utf8')) as { spec: string[] };
  const files: string[] = [];
  for await (const file of glob(spec)) files.push(file.split(path.sep).join('/'));
  const folder = mkdtempSync(path.join(tmpdir(), 'kiro-halves-'));
  try {
    const halves = [files.filter((file) => SLOW_HALF.test(file)), files.filter((file) => !SLOW_HALF.test(file))];
    const all = await Promise.all(halves.map((half, index) => runHalf(half, path.join(folder, `${index}.json`))));
    const sum = all.reduce<Counts>(add, { passed: 0, failed: 0, skipped: 0 });
    if (process.env.COUNTS_FILE) writeFileSync(process.env.COUNTS_FILE, JSON.stringify(sum));
    return sum.failed > 0 || all.some(({ passed }) => passed === 0) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The dots of both halves are shown as they come; what a half says at its end comes in one piece. */
async function runHalf(files: readonly string[], countsFile: string): Promise<Counts> {
  const child = spawn(process.execPath, ['scripts/checks/mocha.ts', ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, COUNTS_FILE: countsFile },
  });
  let output = '';
  const keep = (text: string) => {
    if (/^[.!,\s]+$/.test(text)) process.stdout.write(text.replace(/\s+/g, ''));
    else output += text;
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  process.stdout.write(`\n${output}`.replace(/^\d+ passed, .*$/m, (line) => `  ${line}`));
  try {
    const counts = JSON.parse(readFileSync(countsFile, 'utf8')) as Counts;
    return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } catch {
    process.stdout.write(`The tests ended with exit code ${code} before they could be counted.\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

process.exit(await runHalves());
