import { expect } from 'chai';
import { createRecordingLogger } from '../../../../test/support/recording-logger.ts';
import { githubFailure } from '../failure.ts';
import { createPatience } from './patience.ts';

describe('the patience with GitHub', () => {
  const lost = () => Promise.reject(githubFailure(Object.assign(new Error('Bad gateway'), { status: 502 }), 'Ask'));

  it('is used up for one request that is never answered, although others are', async () => {
    const patience = createPatience({ seconds: 14, secondMs: 0, log: createRecordingLogger(() => undefined) });
    let tries = 0;
    const failed = patience.tryAgain('Ask', async () => {
      tries += 1;
      await patience.tryAgain('Other', async () => 'well');
      return lost();
    });
    expect(await failed.catch((error: unknown) => error)).to.be.an('error');
    expect(tries).to.equal(4);
  });

  it('is shared in one outage, and full again after an answer', async () => {
    const patience = createPatience({ seconds: 5, secondMs: 0, log: createRecordingLogger(() => undefined) });
    const tries = async () => {
      let count = 0;
      const send = () => {
        count += 1;
        return lost();
      };
      await patience.tryAgain('Ask', send).catch(() => undefined);
      return count;
    };
    expect([await tries(), await tries()]).to.deep.equal([3, 1]);
    await patience.tryAgain('Ask', async () => 'well');
    expect(await tries()).to.equal(3);
  });
});
