import { expect } from 'chai';
import { type ClientScene, failureOf, GOOD, openClientScene } from '../../../../test/support/scenes/client.ts';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import { createSpacing } from './limits.ts';

const HOUR_MS = 3_600_000;
const realNow = Date.now;

/** Somebody sets the time of day. */
function setClock(byMs: number): void {
  Date.now = () => realNow() + byMs;
}

describe('limits of GitHub while somebody sets the clock', () => {
  let scene: ClientScene;

  beforeEach(async () => {
    scene = await openClientScene();
  });
  afterEach(async () => {
    Date.now = realNow;
    await scene.close();
  });

  it('lets no request wait for a time that comes again', async () => {
    const client = scene.connect();
    scene.server.answers.push(GOOD);
    for (const jumpMs of [0, -3 * HOUR_MS, 400 * HOUR_MS, -400 * HOUR_MS]) {
      setClock(jumpMs);
      await Promise.all([scene.ask(client), scene.get(client).catch(() => null)]);
    }
    expect(scene.server.seen.length).to.be.at.least(8);
  });

  it('measures the wait for a full budget by GitHub’s clock', async () => {
    const githubNowMs = realNow();
    const headers = {
      date: new Date(githubNowMs).toUTCString(),
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.floor(githubNowMs / 1000) + 20),
    };
    const used = { status: 403, headers, body: { message: 'API rate limit exceeded' } };
    setClock(-3 * HOUR_MS);
    scene.server.answers.push(used, GOOD);
    await scene.ask();
    expect(scene.logged.join('\n')).to.match(/"retryAfterSeconds":2[12]\b/);
    setClock(3 * HOUR_MS);
    scene.server.answers.splice(0, 1, used);
    await failureOf(scene.ask(), 'GITHUB_FAILED');
    expect(scene.server.seen).to.have.length(5);
  });

  it('waits for a 403 or 429 that says nothing but how long', async () => {
    for (const status of [403, 429]) {
      scene.server.answers.splice(0, 2, { status, headers: { 'retry-after': '2' }, body: { message: 'Later.' } }, GOOD);
      await scene.ask();
    }
    expect(scene.server.seen).to.have.length(4);
  });

  it('keeps writes apart by the time that really passes', async () => {
    const clock = createVirtualClock();
    const mayWrite = createSpacing(1_000, clock);
    for (let n = 0; n < 3; n += 1) await mayWrite();
    expect(clock.sleptMs()).to.equal(2_000);
    await clock.sleep(5_000);
    await mayWrite();
    expect(clock.sleptMs()).to.equal(7_000);
  });

  it('sends ten requests at the same time at most, and all of them in the end', async () => {
    scene.server.answers.push(GOOD);
    const client = scene.connect();
    await Promise.all(Array.from({ length: 25 }, () => scene.ask(client)));
    expect(scene.server.seen).to.have.length(25);
  });
});
