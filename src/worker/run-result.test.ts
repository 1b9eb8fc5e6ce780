import { expect } from 'chai';
import { WorkerError } from '../core/errors.ts';
import { endRun, exitCodeOf, resultOfError, withProgressMade } from './run-result.ts';

describe('the result of a run', () => {
  it('of an error names its outcome, all problems and what to do', () => {
    const error = new WorkerError({
      code: 'REPOSITORY_FILE_INVALID',
      what: 'The file is not valid:',
      problems: ['test: is empty'],
      why: 'Somebody emptied it.',
      remedy: 'Correct it.',
    });
    expect(resultOfError(error)).to.deep.equal({
      stage: 'ended',
      kind: 'setup-failed',
      detail: 'The file is not valid:\ntest: is empty\nSomebody emptied it.',
      remedy: 'Correct it.',
    });
    expect(resultOfError(new TypeError('x is undefined'))).to.include({
      kind: 'internal-error',
      detail: 'x is undefined',
    });
  });

  it('of a full disk says where to free space, whoever noticed it', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { path: '/builds/x' });
    expect(resultOfError(full)).to.include({ kind: 'internal-error' });
    expect(resultOfError(full).remedy).to.match(/^Free space at \/builds\/x /);
    const git = new WorkerError({ code: 'GIT_FAILED', what: 'fatal: No space left on device', remedy: 'Look.' });
    expect(resultOfError(git).detail).to.match(/^A disk of the build is full: fatal: No space left/);
    expect(resultOfError(git).remedy).to.match(/^Free space at \//);
  });

  it('is partial after finished tasks where the run could have gone on, and stays what it is elsewhere', () => {
    const kindAfter = (kind: Parameters<typeof endRun>[0]['kind'], finishedTasks: number) =>
      withProgressMade(endRun({ kind, detail: 'It ended.' }), finishedTasks).kind;
    expect(kindAfter('agent-failed', 0)).to.equal('agent-failed');
    expect(kindAfter('agent-failed', 1)).to.equal('partial');
    expect(kindAfter('time-limit', 2)).to.equal('partial');
    expect(kindAfter('tests-failed', 3)).to.equal('tests-failed');
    expect(kindAfter('cancelled', 3)).to.equal('cancelled');
  });

  it('ends the process with the exit code of its outcome', () => {
    expect(exitCodeOf(endRun({ kind: 'nothing-to-do', detail: 'No open task.' }))).to.equal(0);
    expect(exitCodeOf(endRun({ kind: 'fence-lost', detail: 'Taken.' }))).to.equal(23);
  });
});
