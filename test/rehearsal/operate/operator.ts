import path from 'node:path';
import { type AwsLikeProxy, openAwsLikeProxy } from '../stacks/aws-like-proxy.ts';
import { type Ministack, startMinistack } from '../stacks/ministack.ts';
import { bareEnvironment, type Finished, runProgram } from '../stacks/program.ts';
import { type CallRecorder, createCallRecorder } from './rights/call-recorder.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface Operator {
  readonly proxy: AwsLikeProxy;
  /** What the commands asked AWS for. */
  readonly recorder: CallRecorder;
  /** The variables of every command. */
  readonly env: Readonly<Record<string, string>>;
  /** Exit codes with which each command has ended, such as those of `release` and `release use`. */
  readonly typed: ReadonlyMap<string, readonly number[]>;
  /** Runs `kiro-worker` as an operator without a terminal does, from this repository or a clone of it. */
  run(args: readonly string[], options?: { root?: string; env?: Readonly<Record<string, string>> }): Promise<Finished>;
  close(): Promise<void>;
}

/** Starts the emulator behind what AWS refuses, for an operator whose account is empty. */
export async function openOperator(): Promise<Operator> {
  const ministack: Ministack = await startMinistack();
  const proxy = await openAwsLikeProxy(ministack.endpoint);
  const env = { ...bareEnvironment([path.dirname(process.execPath)]), AWS_ENDPOINT_URL: proxy.endpoint };
  const recorder = createCallRecorder();
  const typed = new Map<string, number[]>();
  return {
    proxy,
    recorder,
    env,
    typed,
    async run(args, { root = ROOT, env: more = {} } = {}) {
      const command = [process.execPath, path.join(root, 'scripts/cli.ts'), ...args] as const;
      const all = { ...env, ...more };
      const recorded = await recorder.variablesFor(args[0] ?? '', all);
      const finished = await runProgram([...command], { cwd: root, env: { ...all, ...recorded } });
      const name = args
        .slice(0, ['release', 'board'].includes(args[0] ?? '') ? 2 : 1)
        .filter((one) => /^[a-z]+$/.test(one));
      typed.set(name.join(' '), [...(typed.get(name.join(' ')) ?? []), finished.code]);
      return finished;
    },
    async close() {
      await recorder.close();
      await proxy.close();
      await ministack.stop();
    },
  };
}
