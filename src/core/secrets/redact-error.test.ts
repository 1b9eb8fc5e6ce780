import { inspect } from 'node:util';
import { expect } from 'chai';
import { WorkerError } from '../errors.ts';
import { createRedactor } from './redact.ts';
import { redactError } from './redact-error.ts';

describe('redactError', () => {
  const redact = createRedactor(['correct horse']);
  const shown = (error: Error) => inspect(error, { depth: 9, showHidden: true });

  it('keeps code, words and problems of a WorkerError, without the secret', () => {
    const error = new WorkerError({
      code: 'GITHUB_FAILED',
      what: 'What correct horse?',
      why: 'Why correct horse?',
      remedy: 'Change correct horse.',
      problems: ['first', 'correct horse'],
      cause: new Error('correct horse'),
    });
    const copy = redactError(error, redact);
    expect(copy).to.be.instanceOf(WorkerError).and.to.include({ code: 'GITHUB_FAILED', what: 'What [redacted]?' });
    expect(copy).to.have.property('problems').that.deep.equals(['first', '[redacted]']);
    expect(copy.message).to.equal(error.message.replaceAll('correct horse', '[redacted]'));
    expect(copy.stack).to.include('redact-error.test.ts');
    expect(shown(copy)).to.not.include('horse');
  });

  it('keeps name, message and stack of any other error, and drops its fields', () => {
    const error = Object.assign(new TypeError('no correct horse'), { request: { headers: 'correct horse' } });
    const copy = redactError(error, redact);
    expect(copy).to.include({ name: 'TypeError', message: 'no [redacted]' });
    expect(copy.stack).to.include('redact-error.test.ts');
    expect(shown(copy)).to.not.include('horse');
  });

  it('reaches into several failures thrown as one, and takes what is not an error', () => {
    const copy = redactError(new AggregateError([new Error('correct horse'), 'correct horse'], 'Two failed.'), redact);
    expect(copy).to.be.instanceOf(AggregateError).and.to.include({ message: 'Two failed.' });
    expect((copy as AggregateError).errors.map(({ message }) => message)).to.deep.equal(['[redacted]', '[redacted]']);
    expect(shown(copy)).to.not.include('horse');
  });
});
