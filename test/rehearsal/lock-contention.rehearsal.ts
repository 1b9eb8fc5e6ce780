import { describeLockContention } from '../contract/lock-contention-suite.ts';

describe('many rounds', function () {
  this.timeout(600_000);
  describeLockContention({ sqliteRounds: 1_000, dynaliteRounds: 200 });
});
