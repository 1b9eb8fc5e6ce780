import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Agent, AgentRequest, AgentResult } from '../../src/core/ports/agent.ts';
import { isRunning, waitUntil } from '../process-state.ts';

/** What the program behind the agent does. */
export type AgentBehaviour =
  | 'finish'
  | 'stop without a result'
  | 'write nothing any more'
  | 'print its key'
  | 'ignore SIGTERM'
  | 'leave a grandchild'
  | 'write huge lines';

export interface AgentHarness {
  /** The agent, with a key that the suite looks for, whose program behaves so. */
  agent(behaviour: AgentBehaviour): Agent;
  readonly key: string;
  /** Folder that the agent may edit; each test finds it empty. */
  readonly workspace: string;
  /** File in which `leave a grandchild` writes the process id. */
  readonly grandchildFile: string;
  close(): Promise<void>;
}

const TASK = '<task>\n- [ ] 1. Make it\n</task>';

/** What every Agent promises. */
export function agentContract(name: string, open: () => Promise<AgentHarness>): void {
  describe(`agent: ${name}`, () => {
    let harness: AgentHarness;
    before(async () => {
      harness = await open();
    });
    beforeEach(() => {
      for (const name of readdirSync(harness.workspace)) rmSync(join(harness.workspace, name), { recursive: true });
    });
    after(() => harness.close());

    function run(behaviour: AgentBehaviour, request: Partial<AgentRequest> = {}): Promise<AgentResult> {
      return harness.agent(behaviour).run({
        prompt: TASK,
        cwd: harness.workspace,
        timeoutMs: 120_000,
        silenceMs: 60_000,
        creditLimit: null,
        onProgress: () => undefined,
        ...request,
      });
    }
    const editedFiles = () => {
      const folder = join(harness.workspace, 'src');
      return existsSync(folder) ? readdirSync(folder) : [];
    };

    it('is ready when its program is, and has a name', async () => {
      const agent = harness.agent('finish');
      await agent.prepare();
      expect(agent.name).to.match(/\S/);
    });

    it('edits files in the working folder, reports progress, and ends with the words of the program', async () => {
      const progress: string[] = [];
      const result = await run('finish', { onProgress: (text) => progress.push(text) });
      expect(result).to.include({ kind: 'finished', finalText: 'Done.' });
      expect(result.credits).to.be.a('number');
      expect(result.durationMs).to.be.above(0);
      const [file, ...others] = editedFiles();
      expect(others).to.deep.equal([]);
      expect(progress.join('\n')).to.include(file);
      expect(result.transcript).to.include(file).and.to.include('Done.');
    });

    it('takes a service that does not answer its own small call for one that is not available', async () => {
      const silent = await harness.agent('write nothing any more').probe({ silenceMs: 400 });
      expect(silent.kind).to.equal('unavailable');
      expect(silent.detail).to.match(/does not answer a call of the worker's own: It wrote nothing for 400 ms/);
      expect((await harness.agent('stop without a result').probe({ silenceMs: 60_000 })).kind).to.equal('failed');
      const signal = AbortSignal.abort();
      expect((await harness.agent('write nothing any more').probe({ silenceMs: 60_000, signal })).kind).to.equal(
        'unknown',
      );
    });

    it('is stopped from outside, also when its program ignores SIGTERM', async () => {
      const stop = new AbortController();
      const result = await run('ignore SIGTERM', { signal: stop.signal, onProgress: () => stop.abort() });
      expect(result.kind).to.equal('aborted');
    });

    it('does no work when it is stopped before it starts', async () => {
      expect((await run('finish', { signal: AbortSignal.abort() })).kind).to.equal('aborted');
      expect(editedFiles()).to.deep.equal([]);
    });

    it('leaves no grandchild alive, not even one in a session of its own', async () => {
      await run('leave a grandchild');
      const pid = Number(readFileSync(harness.grandchildFile, 'utf8'));
      expect(pid).to.be.above(1);
      await waitUntil(() => !isRunning(pid), 'the grandchild is gone');
    });

    it('keeps its key out of everything it returns and reports', async () => {
      const progress: string[] = [];
      const result = await run('print its key', { onProgress: (text) => progress.push(text) });
      const everything = JSON.stringify([result, progress]);
      expect(everything).to.include('[redacted]');
      expect(everything).to.not.include(harness.key).and.to.not.include(harness.key.slice(4, 20));
      expect(everything).to.not.include(Buffer.from(`user:${harness.key}`).toString('base64').slice(8, -4));
    });

    it('keeps the transcript below 1 MiB and free of control sequences', async () => {
      const { transcript } = await run('write huge lines');
      expect(transcript.length).to.be.below(1024 * 1024 + 100);
      expect(transcript).to.not.include('\u001b');
    });
  });
}
