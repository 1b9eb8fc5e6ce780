import { expect } from 'chai';
import { SERVER_REJECTIONS } from '../../src/fakes/github/git/refusals.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { expectEnding } from '../support/expect-ending.ts';
import { WORKER_FILE } from '../support/system/repository.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const NEEDS_PERSON = 'Needs a person';
/** Says in a comment what git and the environment show it. */
const LOOKS_AROUND = `
  import { execFileSync } from 'node:child_process';
  export function work({ write }) {
    const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
    write('src/a.js', 'export const a = 1;\\n');
    write('seen.md', [git('log', '--format=%s', '-p', 'origin/main'), process.env.REQUESTS_CA_BUNDLE].join('\\n'));
  }`;

describe('a run over a git server that is not always there', () => {
  let system: TestSystem;
  const usual = process.env.REQUESTS_CA_BUNDLE;
  afterEach(async () => {
    if (usual === undefined) delete process.env.REQUESTS_CA_BUNDLE;
    else process.env.REQUESTS_CA_BUNDLE = usual;
    await system.close();
  });

  itInRehearsal('ends by the rules of the base, with its work pushed once, whatever failed on the way', async () => {
    process.env.REQUESTS_CA_BUNDLE = '/etc/company-authority.pem';
    system = await createTestSystem({ tasks: TASKS, agentScript: LOOKS_AROUND });
    const { github, repository } = system;
    await github.moveBranch(repository, {
      branch: 'main',
      files: { '.kiro-worker.yml': `${WORKER_FILE}coverageThreshold: 100\nbaseline: allow-below-threshold\n` },
      message: 'Raise the gate\n',
    });
    for (const skip of [0, 2, 3]) github.faults.next({ git: 'upload-pack', skip }, { kind: 'status', status: 503 });
    github.faults.next({ git: 'receive-pack', method: 'GET' }, { kind: 'reset' });
    const push = { git: 'receive-pack', method: 'POST' } as const;
    github.faults.next(push, { kind: 'http502' });
    github.faults.next(push, { kind: 'secondaryLimit', retryAfterSeconds: 1 });
    github.faults.next(push, SERVER_REJECTIONS.internalErrorOfHook());
    await system.run();
    expect(github.faults.waiting).to.equal(0);
    await expectEnding(system, { kind: 'coverage-below', column: NEEDS_PERSON, tasks: ['1'], words: /100 %/ });
    const seen = await view.fileOn(system, 'seen.md');
    expect(seen).to.include('+coverageThreshold: 100').and.to.include('/etc/company-authority.pem');
  });
});
