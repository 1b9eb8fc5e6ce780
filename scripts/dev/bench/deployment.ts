import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { STACK_IDS } from '../../../src/stacks/stack-names.ts';
import { type Operator, openOperator } from '../../../test/rehearsal/operate/operator.ts';
import { type Clone, makeClone } from '../../../test/rehearsal/stacks/clone.ts';
import { createSam } from '../../../test/rehearsal/stacks/sam.ts';
import { missingPython } from '../../../test/rehearsal/stacks/tools.ts';
import { compare, median, type Row } from './row.ts';

const GROUP = 'deployment';
const CONFIGS = STACK_IDS.map((id) => `test-${id.toLowerCase()}`);

/** Deploying five unchanged stacks, beside `sam deploy` for each of them on the same emulator; and a plan of five stacks. Without Python,
 *  which emulator and SAM need, it says so and measures nothing. */
export async function measureDeployment({ quick }: { quick: boolean }): Promise<Row[]> {
  const missing = await missingPython();
  if (missing !== null) {
    process.stderr.write(`not measured: ${missing}\n`);
    return [];
  }
  process.env.REHEARSAL_FOLDER ??= path.resolve('.rehearsal');
  const [operator, clone] = await Promise.all([openOperator(), makeClone()]);
  try {
    const runs = quick ? 1 : 3;
    await deploy(operator, ['--yes']);
    const ours = await medianOf(runs, () => deploy(operator, ['--no-input']));
    const plan = await measurePlan({ operator, clone });
    const sam = await createSam(clone, { endpoint: operator.proxy.endpoint });
    for (const config of CONFIGS) await sam.buildAndDeploy(config);
    const bySam = await medianOf(runs, async () => {
      let seconds = 0;
      for (const config of CONFIGS)
        seconds += (await sam.run(['deploy', '--config-env', config, '--no-confirm-changeset'])).seconds;
      return seconds;
    });
    const what = { group: GROUP, what: 'kiro-worker deploy, five unchanged stacks', value: ours, unit: 's' };
    return [
      compare({ ...what, against: { what: 'five times sam deploy', value: bySam }, note: 'goal: at most a third' }),
      ...plan,
    ];
  } finally {
    await operator.close();
    await clone.remove();
  }
}

async function medianOf(runs: number, measure: () => Promise<number>): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1) seconds.push(await measure());
  return median(seconds);
}

/** Returns the seconds that it took. */
async function deploy({ run }: Operator, args: readonly string[]): Promise<number> {
  const { code, seconds, stdout, stderr } = await run(['deploy', '--env', 'test', ...args]);
  if (code !== 0) throw new Error(`kiro-worker deploy ended with ${code}\n${stdout}${stderr}`);
  return seconds;
}

/** Of a next version, which gives both functions more memory. */
async function measurePlan({ operator, clone }: { operator: Operator; clone: Clone }): Promise<Row[]> {
  const settings = path.join(clone.folder, 'src/stacks/environments.ts');
  const before = await readFile(settings, 'utf8');
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-plan-'));
  try {
    await writeFile(settings, before.replace('lambdaMemoryMb: 512', 'lambdaMemoryMb: 640'));
    const file = path.join(folder, 'plan.json');
    const seconds = await deploy({ ...operator, run: (args) => operator.run(args, { root: clone.folder }) }, [
      '--plan-only',
      '--out',
      file,
    ]);
    const { size } = await stat(file);
    const none = { group: GROUP, against: null, ratio: null };
    return [
      { ...none, what: 'plan of five stacks, one changed', value: size / 1024, unit: 'KB' },
      { ...none, what: 'making that plan', value: seconds, unit: 's' },
    ];
  } finally {
    await writeFile(settings, before);
    await rm(folder, { recursive: true, force: true });
  }
}
