import { describeLockContention } from './contention-suite.ts';

// Enough for every kind of round several times over; the rehearsal goes on for longer, in more processes.
describeLockContention({ sqliteRounds: 8, dynaliteRounds: 2, processes: 2 });
