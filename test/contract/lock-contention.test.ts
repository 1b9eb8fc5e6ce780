import { describeLockContention } from './lock-contention-suite.ts';

// Enough for every kind of round several times over; the rehearsal goes on for longer.
describeLockContention({ sqliteRounds: 120, dynaliteRounds: 40 });
