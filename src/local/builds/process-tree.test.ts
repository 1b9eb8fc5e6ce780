import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { waitUntil } from '../../../test/process-state.ts';
import { endProcessTree, isAlive, processRef, processTree } from './process-tree.ts';

describe('process tree', () => {
  /** Starts a group that prints its processes' numbers and then waits. */
  const startGroup = async (script: string) => {
    const leader = spawn('bash', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const [output] = (await once(leader.stdout, 'data')) as [Buffer];
    if (leader.pid === undefined) throw new Error('no process');
    return { group: leader.pid, pids: output.toString().trim().split(/\s+/).map(Number) };
  };

  it('tells a process from a later one with the same number', () => {
    const own = processRef(process.pid);
    expect(own && isAlive(own)).to.equal(true);
    expect(isAlive({ pid: process.pid, startedAt: 'another time' })).to.equal(false);
    expect(processRef(2 ** 22 + 1)).to.equal(null);
  });

  it('finds members of the group and descendants that have left it, and ends them all', async () => {
    const { group, pids } = await startGroup(
      'sleep 60 & a=$!; set -m; sh -c "sleep 60 & wait" & b=$!; echo $a $b; wait',
    );
    await waitUntil(() => processTree([group]).length === 4, 'all of them run');
    const found = processTree([group]).map(({ pid }) => pid);
    expect(found)
      .to.include.members([group, ...pids])
      .and.to.have.length(4);
    await endProcessTree([group], 50);
    expect(found.map(processRef)).to.deep.equal([null, null, null, null]);
  });

  it('kills what does not heed SIGTERM after the grace', async () => {
    const { group } = await startGroup('trap "" TERM; echo 1; while :; do sleep 0.05; done');
    const began = Date.now();
    await endProcessTree([group], 100);
    expect(Date.now() - began).to.be.within(100, 100_000);
    expect(processTree([group])).to.deep.equal([]);
  });

  it('has nothing to do for a group that is gone', async () => {
    const began = Date.now();
    await endProcessTree([2 ** 22 + 1], 100_000);
    expect(Date.now() - began).to.be.below(90_000);
  });
});
