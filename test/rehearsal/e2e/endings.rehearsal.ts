import { expect } from 'chai';
import { OUTCOME_KINDS, outcomeOf } from '../../../src/core/outcome.ts';
import type { BuildService } from '../../../src/core/ports/builds.ts';
import { deleteBranch } from '../../../src/fakes/github/repositories.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { onceLogged } from '../../support/live-build.ts';
import { PLACE } from '../../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';
import { LIMIT_CASES } from './agents/limit-cases.ts';
import { beforeCheckout, ENDING_CASES, NEEDS_PERSON } from './ending-cases.ts';

describe('every ending, on real parts', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  for (const { kind, how, system: options, prepare, variables = {}, ...expected } of [
    ...ENDING_CASES,
    ...LIMIT_CASES,
  ]) {
    it(`${kind}: ${how}`, async () => {
      system = await createTestSystem(options);
      await prepare?.(system);
      const { builds } = system.machine;
      const start: BuildService['start'] = (request) =>
        builds.start({ ...request, variables: { ...request.variables, ...variables } });
      await system.poll({ builds: { ...builds, start } });
      await builds.waitForAll();
      await expectEnding(system, { kind, tasks: [], ...expected });
    });
  }

  it('branch-missing: the branch is deleted between poll and checkout', async () => {
    system = await createTestSystem();
    const { github, repository } = system;
    await beforeCheckout(() => deleteBranch(repository, PLACE.branch))(system);
    await system.run();
    const [build] = await view.buildsOf(system);
    if (!build) throw new Error('no build was started');
    expect(view.exitCodeOf(build)).to.equal(outcomeOf('branch-missing').exitCode);
    expect(await view.lockOf(system)).to.include({ status: 'released', lastOutcome: 'branch-missing' });
    expect(view.columnOf(system)).to.equal(NEEDS_PERSON);
    const [comment, ...others] = view.commentsOf(system);
    expect(others).to.deep.equal([]);
    expect(comment?.body).to.include('is not in the repository');
    expect(github.requests.filter(({ path }) => path.includes('receive-pack'))).to.deep.equal([]);
  });

  it('fence-lost: another build holds the lock, and this one writes nothing more', async () => {
    system = await createTestSystem();
    const { locks } = system.machine;
    const stolen = onceLogged(system, {
      wanted: ({ phase, n }) => phase === 'implement' && n === 2,
      act: async () => {
        const { lockKey, owner, fence, branch, workItemId, environment } = await view.lockOf(system);
        const nowMs = Date.now();
        await locks.release({ lockKey, owner, fence, outcome: 'not-started', head: null, nowMs, nextEligibleAtMs: 0 });
        const other = { owner: 'another', startToken: 'another', leaseMs: 60_000, nowMs, resetAttempts: true };
        await locks.acquire({ lockKey, branch, workItemId, environment, ...other });
      },
    });
    await system.run();
    await stolen.happened;
    const [build] = await view.buildsOf(system);
    if (!build) throw new Error('no build was started');
    expect(view.exitCodeOf(build), await view.logOf(system, build.id)).to.equal(outcomeOf('fence-lost').exitCode);
    expect(await view.lockOf(system)).to.include({ status: 'held', owner: 'another', fence: 2 });
    expect(view.commentsOf(system)).to.deep.equal([]);
    expect(view.sectionOf(system)).to.equal(null);
    expect(view.pullRequestOf(system).draft).to.equal(true);
    expect(view.columnOf(system)).to.equal('In Progress');
    expect(await view.tasksDone(system)).to.deep.equal(['1']);
  });

  it('pull-request-refused: the right to open it vanishes; once it is back, the finished work is verified and handed over', async () => {
    system = await createTestSystem({ pullRequestBody: null, tasks: '- [ ] 1. One task\n' });
    const { state, faults } = system.github;
    const vanish = () => {
      state.rights.pullRequests = 'read';
    };
    faults.next({ git: 'receive-pack', method: 'POST' }, { kind: 'before', run: vanish });
    await system.run();
    const [build] = await view.buildsOf(system);
    if (!build) throw new Error('no build was started');
    expect(view.exitCodeOf(build)).to.equal(outcomeOf('pull-request-refused').exitCode);
    expect(await view.lockOf(system)).to.include({ status: 'released', lastOutcome: 'pull-request-refused' });
    expect(view.columnOf(system)).to.equal(NEEDS_PERSON);
    expect(await view.tasksDone(system)).to.deep.equal(['1']);
    expect(view.commentsOf(system)[0]?.body)
      .to.match(/GitHub refused to open the pull request/)
      .and.match(/403.*Resource not accessible/s)
      .and.match(/Pull requests and Issues read and write/);

    state.rights.pullRequests = 'write';
    state.moveCard(system.item, 'For Implementation');
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
  });

  it('are all there is', async () => {
    system = await createTestSystem();
    const elsewhere = ['branch-missing', 'fence-lost', 'pull-request-refused'];
    const shown = new Set<string>([...ENDING_CASES.map(({ kind }) => kind), ...elsewhere]);
    expect([...shown].sort()).to.deep.equal([...OUTCOME_KINDS].sort());
  });
});
