import { mochaEdits, nodeTestEdits } from '../edits.ts';
import type { Row } from '../row.ts';
import { HPACK, OBUF } from './sources.ts';

/** Packages of npm that ship their tests, as they are. */
export const NODE_ROWS: readonly Row[] = [
  {
    id: 'hpack.js',
    kind: 'npm, mocha',
    tools: [],
    project: { upstream: HPACK },
    edits: mochaEdits({ source: 'lib/sums.js', test: 'test/sums-test.js' }),
  },
  {
    id: 'obuf',
    kind: 'npm, mocha',
    tools: [],
    project: { upstream: OBUF },
    edits: mochaEdits({ source: 'sums.js', test: 'test/sums-test.js' }),
  },
  {
    id: 'fastify-forwarded',
    kind: 'node:test',
    tools: [],
    project: {
      upstream: {
        client: 'npm',
        name: '@fastify/forwarded',
        version: '3.1.2',
        sha256: '95e4fb5d279b8275b02c6e4cb55a3b61e6fec2e6e43763baf9b268423b8ee8a6',
      },
    },
    edits: nodeTestEdits({ source: 'sums.js', test: 'test/sums.js' }),
  },
];
