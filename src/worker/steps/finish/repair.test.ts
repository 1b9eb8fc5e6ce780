import { expect } from 'chai';
import { itInRehearsal } from '../../../../test/left-to-rehearsal.ts';
import { BRANCH } from '../../../../test/support/scenes/git.ts';
import { createRepairScene } from '../../../../test/support/scenes/repair.ts';
import { retry } from '../../../flows/operate/run/retry.ts';

const GREEN = { 'verdict.txt': 'green\n' };

describe('repair rounds', () => {
  let scene: Awaited<ReturnType<typeof createRepairScene>>;
  afterEach(() => scene.close());
  const open = async (own: string, base?: string) => {
    scene = await createRepairScene({ own, ...(base !== undefined && { base }) });
  };
  const headOnServer = async () => (await scene.git.onServer('rev-parse', BRANCH)).trim();
  const commitsOnServer = async () => (await scene.git.onServer('log', '--format=%s', BRANCH)).trim().split('\n');

  it('let the agent repair red tests by what they say, as a commit of its own, and judge that', async () => {
    await open('adds\nmultiplies');
    const { result, prompts, results, logs } = await scene.finish({ rounds: [GREEN] });
    expect(result).to.include({ stage: 'verified', head: await headOnServer() });
    expect(prompts[0])
      .to.include('Failing test: adds\n    no: ***')
      .and.include('Failing test: multiplies')
      .and.include('repair 1 of at most 2')
      .and.not.include('s3cret');
    const [repair, ...others] = results.repairs;
    expect(repair).to.deep.include({ round: 1, commit: await headOnServer(), credits: 1 });
    expect(others).to.deep.equal([]);
    expect((await commitsOnServer())[0]).to.equal('Repair what ended as tests-failed (round 1)');
    expect(await scene.git.onServer('log', '-1', '--format=%(trailers)', BRANCH)).to.match(
      /^Kiro-Worker-Spec: .+\nKiro-Worker-Repair: 1\nKiro-Worker-Build: b:1$/m,
    );
    expect(logs.get('repair-1-evidence.log')).to.include('adds').and.not.include('s3cret');
    expect(await scene.rounds(), 'a head that passes begins anew').to.deep.equal([]);
  });

  itInRehearsal(
    'end as they began when all are used, and are not given anew by the next build or by what people push',
    async () => {
      await open('adds');
      const { result, prompts } = await scene.finish({
        rounds: [{ 'verdict.txt': 'multiplies\n' }, { 'verdict.txt': 'divides\n' }],
      });
      expect(result).to.include({ stage: 'ended', kind: 'tests-failed' });
      expect(result)
        .to.have.property('detail')
        .that.matches(/None of 2 repair rounds is left\.$/);
      expect(prompts).to.have.length(2);
      expect(prompts[1]).to.include('Failing test: multiplies').and.not.include('Failing test: adds');
      await scene.pushForeign({ 'verdict.txt': 'green\n' }, 'Mine\n\nKiro-Worker-Repair: 0\n');
      await scene.pushOwn({ 'verdict.txt': 'adds\n' });
      const again = await scene.finish();
      expect(again.prompts).to.deep.equal([]);
      expect(again.result)
        .to.have.property('detail')
        .that.matches(/None of 2 repair rounds is left\.$/);
      const more = await scene.finish({ rules: 'repairRounds: 3\n', rounds: [GREEN] });
      expect([more.prompts.length, more.result.stage]).to.deep.equal([1, 'verified']);
    },
  );

  itInRehearsal('each start from a fresh installation, with nothing that the one before left', async () => {
    await open('adds');
    const { seen, results } = await scene.finish({
      rounds: [{ 'verdict.txt': 'divides\n', 'left.txt': 'x', '~/left-at-home.txt': 'x' }, GREEN],
    });
    expect(seen).to.have.length(2);
    for (const names of seen)
      expect(names).to.include('check.mjs').and.not.include.members(['left.txt']).and.not.include('left-at-home.txt');
    expect(results.agentCredits, 'they cost what they cost').to.equal(2);
  });

  itInRehearsal('count from nothing once an operator lets the work item begin anew', async () => {
    await open('adds');
    const { locks, lockKey } = scene;
    const place = {
      lockKey,
      owner: 'o',
      workItemId: 'item',
      environment: 'test',
      startToken: 's',
      leaseMs: 1,
      nowMs: 1,
    };
    await locks.acquire({ ...place, branch: BRANCH, resetAttempts: false });
    await locks.release({
      lockKey,
      owner: 'o',
      fence: 1,
      outcome: 'tests-failed',
      nextEligibleAtMs: 0,
      head: null,
      nowMs: 2,
    });
    await scene.finish({ rounds: [{}, {}] });
    expect(await scene.rounds()).to.have.length(2);
    await retry({ locks, item: lockKey, nowMs: 3 });
    expect((await scene.finish({ rounds: [GREEN] })).result.stage).to.equal('verified');
  });

  itInRehearsal('go on in the next build, with the round after those that were begun', async () => {
    await open('adds');
    const { locks, lockKey } = scene;
    const killed = { tree: 'x', failures: 'y', atMs: 1 };
    const before = await locks.getBaseline(lockKey);
    if (before === null) throw new Error('No commit of a run was noted.');
    const after = { ...before, version: before.version + 1, rounds: [killed] };
    await locks.swapBaseline({ before, after, nowMs: 1 });
    const { result, prompts, results } = await scene.finish({ rounds: [GREEN] });
    expect(result.stage).to.equal('verified');
    expect(prompts[0]).to.include('repair 2 of at most 2');
    expect(results.repairs.map(({ round }) => round)).to.deep.equal([2]);
  });

  itInRehearsal('are no more in one run than there are, whatever becomes of the row that counts them', async () => {
    await open('adds');
    const { locks, lockKey } = scene;
    const swap = locks.swapBaseline;
    locks.swapBaseline = ({ after, ...change }) => swap({ ...change, after: { ...after, rounds: [] } });
    const rounds = ['divides\n', 'multiplies\n'].map((text) => ({ 'verdict.txt': text }));
    const { result, prompts } = await scene.finish({ rounds });
    expect([result.stage, prompts.length, (await locks.getBaseline(lockKey))?.rounds]).to.deep.equal(['ended', 2, []]);
  });

  it('stop after two that change nothing, without tests of what was tested', async () => {
    await open('adds');
    const before = await headOnServer();
    const { result, calls, results } = await scene.finish({ rules: 'repairRounds: 5\n', rounds: [{}, {}] });
    expect(result).to.include({ kind: 'tests-failed' });
    expect(result)
      .to.have.property('detail')
      .that.matches(/last two repair rounds changed nothing about it\.$/);
    expect(results.repairs.map(({ commit }) => commit)).to.deep.equal([null, null]);
    expect([await headOnServer(), calls], 'the head, then the base line').to.deep.equal([before, 2]);
  });

  itInRehearsal('stop after two that leave the same failures, or bring back what was there', async () => {
    for (const second of ['adds\n', 'adds\n\n']) {
      await open('adds');
      const rounds = [{ 'verdict.txt': 'adds\n \n' }, { 'verdict.txt': second }];
      const { result, prompts } = await scene.finish({ rules: 'repairRounds: 5\n', rounds });
      expect([result.stage, prompts.length]).to.deep.equal(['ended', 2]);
      await scene.close();
    }
    await open('adds');
  });

  itInRehearsal('are not spent on what failed before the agent, nor on a head without a commit of a run', async () => {
    await open('adds', 'adds');
    const { result, prompts } = await scene.finish();
    expect(result).to.include({ kind: 'tests-failed' });
    expect(result)
      .to.have.property('detail')
      .that.matches(/base line fails as well, which is not repaired\.$/);
    expect([prompts, await scene.rounds()]).to.deep.equal([[], []]);
    await scene.pushForeign({ 'verdict.txt': 'multiplies\n' });
    const foreign = await scene.finish();
    expect([foreign.prompts, foreign.calls]).to.deep.equal([[], 1]);
  });

  itInRehearsal('are not begun where rules want none, or no credits are left', async () => {
    await open('adds');
    const none = await scene.finish({ rules: 'repairRounds: 0\n' });
    expect([none.prompts.length, none.result.stage]).to.deep.equal([0, 'ended']);
    const { result, prompts } = await scene.finish({ credits: 0 });
    expect(result)
      .to.have.property('detail')
      .that.matches(/No repair round was begun: the limit of .* credits in one build .* is used up\.$/);
    expect([prompts, await scene.rounds()]).to.deep.equal([[], []]);
  });

  itInRehearsal('are given back when the service of the agent is at fault', async () => {
    await open('adds');
    const { result } = await scene.finish({ rounds: [{ kind: 'unavailable' }] });
    expect(result).to.include({ kind: 'service-unavailable' });
    expect(await scene.rounds()).to.deep.equal([]);
  });

  itInRehearsal('are used up by an agent that fails, and end with what the tests said', async () => {
    await open('adds');
    const { result, results } = await scene.finish({ rounds: [{ kind: 'failed' }, { kind: 'failed' }] });
    expect(result).to.include({ kind: 'tests-failed' });
    expect([results.repairs.length, (await scene.rounds()).length]).to.deep.equal([2, 2]);
  });

  itInRehearsal('push nothing of a repair that touches the spec', async () => {
    await open('adds');
    const before = await headOnServer();
    const { result } = await scene.finish({ rounds: [{ '.kiro-worker.yml': 'test: "true"\n', ...GREEN }] });
    expect(result).to.include({ kind: 'agent-touched-protected' });
    expect(await headOnServer()).to.equal(before);
  });
});
