import type { EndingCase } from '../ending-cases.ts';

const TARGET = 'For Implementation';

/** Limits of the agent that end a run after finished tasks: they are pushed, and the next build goes on. */
export const LIMIT_CASES: readonly EndingCase[] = [
  {
    kind: 'partial',
    how: 'the second task calls tools without end',
    system: { agent: 'Drop accents=many-calls;finish', config: { agent: { limits: { callsPerTask: 50 } } } },
    column: TARGET,
    tasks: ['1'],
    words: /more than 50 tools in one task\..*agent(?:\\)?\.limits(?:\\)?\.callsPerTask/s,
  },
  {
    kind: 'partial',
    how: 'two tasks use up the credits of the build',
    system: {
      tasks: '- [ ] 1. One task\n- [ ] 2. Another\n- [ ] 3. A third\n',
      config: { agent: { limits: { creditsPerRun: 1 } } },
    },
    column: TARGET,
    tasks: ['1', '2'],
    words: /3 A third was not begun: the limit of 1 credits/,
  },
];
