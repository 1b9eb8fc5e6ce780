import { expect } from 'chai';
import { LimitFields, leftOf, limitWords, runLimitsOf, taskLimitsOf, usedUp } from './limits.ts';

const UNSAID = { agentTimeoutMs: null, agentSilenceMs: null, agentCreditLimit: null };
const limitsOf = (limits: object, given: object = {}, tokensPerRun: number | null = null) =>
  runLimitsOf({ limits: LimitFields.parse(limits), tokensPerRun }, { ...UNSAID, ...given });

describe('limits of an agent', () => {
  it('are those of the configuration, over which variables win', () => {
    const configured = { minutesPerTask: 5, minutesPerRun: 60, silenceMinutes: 2, creditsPerRun: 9 };
    expect(limitsOf({})).to.deep.equal({
      taskMs: 1_800_000,
      runMs: null,
      silenceMs: 600_000,
      credits: null,
      tokens: null,
    });
    expect(limitsOf(configured, {}, 700)).to.deep.equal({
      ...{ taskMs: 300_000, runMs: 3_600_000, silenceMs: 120_000, credits: 9, tokens: 700 },
    });
    const given = { agentTimeoutMs: 1, agentSilenceMs: 2, agentCreditLimit: 0 };
    expect(limitsOf(configured, given)).to.include({ taskMs: 1, silenceMs: 2, credits: 0, runMs: 3_600_000 });
    expect(taskLimitsOf(LimitFields.parse({ callsPerTask: 3, outputMebibytesPerTask: 2 }))).to.deep.equal({
      toolCalls: 3,
      outputBytes: 2_097_152,
    });
  });

  it('leave to each task what those before it did not use', () => {
    const limits = limitsOf({ minutesPerRun: 1, creditsPerRun: 5 }, {}, 100);
    expect(leftOf(limits, { ms: 20_000, credits: 1.5, tokens: 120 })).to.deep.equal({
      ...{ runMs: 40_000, credits: 3.5, tokens: 0 },
    });
  });

  const uses: Array<[use: Parameters<typeof usedUp>[1], words: RegExp | null]> = [
    [{ ms: 59_999, credits: 4.9, tokens: 99 }, null],
    [
      { ms: 60_000, credits: 0, tokens: 0 },
      /limit of 1 minutes of the agent in one build \(agent\.limits\.minutesPerRun\)/,
    ],
    [{ ms: 0, credits: 5, tokens: 0 }, /limit of 5 credits/],
    [{ ms: 0, credits: 0, tokens: 101 }, /limit of 100 tokens/],
  ];
  for (const [use, words] of uses) {
    it(`${JSON.stringify(use)}: ${words ?? 'the next task may begin'}`, () => {
      const said = usedUp(limitsOf({ minutesPerRun: 1, creditsPerRun: 5 }, {}, 100), use);
      if (words === null) expect(said).to.equal(null);
      else expect(said).to.match(words);
    });
  }

  it('begin any task where there are none', () => {
    expect(usedUp(limitsOf({}), { ms: 1e12, credits: 1e9, tokens: 1e12 })).to.equal(null);
  });

  it('name the one that ended a task, and where it is set', () => {
    const limits = limitsOf({ minutesPerTask: 10, minutesPerRun: 15 });
    expect(limitWords('timeout', { ...limits, usedMs: 60_000 })).to.match(/agent\.limits\.minutesPerTask/);
    expect(limitWords('timeout', { ...limits, usedMs: 400_000 })).to.match(/agent\.limits\.minutesPerRun/);
    expect(limitWords('calls', limits)).to.match(/agent\.limits\.callsPerTask/);
    expect(limitWords('output', limits)).to.match(/agent\.limits\.outputMebibytesPerTask/);
    expect(limitWords('silence', limits)).to.match(/agent\.limits\.silenceMinutes/);
    expect(limitWords('refused', limits)).to.equal(null);
  });
});
