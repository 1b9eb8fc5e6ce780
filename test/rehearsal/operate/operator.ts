import path from 'node:path';
import { type AwsLikeProxy, openAwsLikeProxy } from '../stacks/aws-like-proxy.ts';
import { type Ministack, startMinistack } from '../stacks/ministack.ts';
import { bareEnvironment, type Finished, runProgram } from '../stacks/program.ts';
import { type CallRecorder, createCallRecorder } from './call-recorder.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface Operator {
  readonly proxy: AwsLikeProxy;
  /** What the commands asked AWS for. */
  readonly recorder: CallRecorder;
  /** The variables of every command. */
  readonly env: Readonly<Record<string, string>>;
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
  return {
    proxy,
    recorder,
    env,
    async run(args, { root = ROOT, env: more = {} } = {}) {
      const all = { ...env, ...more };
      const recorded = await recorder.variablesFor(args[0] ?? '', all);
      return runProgram([process.execPath, path.join(root, 'scripts/cli.ts'), ...args], {
        cwd: root,
        env: { ...all, ...recorded },
      });
    },
    async close() {
      await recorder.close();
      await proxy.close();
      await ministack.stop();
    },
  };
}
