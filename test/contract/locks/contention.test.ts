import { describeLockContention } from './contention-suite.ts';

// Enough for every kind of round several times over; the rehearsal goes on for longer.
describeLockContention({ sqliteRounds: 8, dynaliteRounds: 2 });
