import { goEdits } from '../edits.ts';
import type { Row, Source } from '../row.ts';

const module = (name: string, version: string, sha256: string): Source => ({ client: 'go', name, version, sha256 });

const MUX = module(
  'github.com/gorilla/mux',
  'v1.8.1',
  '728243623caa67f64e4a0b6c59dde3f762918d9e729266167ba46d8df56c193a',
);
const UUID = module(
  'github.com/google/uuid',
  'v1.6.0',
  'd0f02f377217f42702e259684e06441edbf5140dddcc34ba9bea56038b38a6ed',
);

/** A module as it is, and a workspace of two. */
export const GO_ROWS: readonly Row[] = [
  {
    id: 'go-version',
    kind: 'Go module',
    tools: ['go'],
    project: {
      upstream: module(
        'github.com/hashicorp/go-version',
        'v1.7.0',
        '341bd10080b7f7e0754bab07afb09f9a37e997b5fdb1a528266972a890309053',
      ),
    },
    edits: goEdits({ folder: '.', package: 'version' }),
  },
  {
    id: 'go-workspace',
    kind: 'Go workspace',
    tools: ['go'],
    project: {
      pieces: [
        { source: MUX, paths: { '.': 'mux' } },
        { source: UUID, paths: { '.': 'uuid' } },
      ],
      files: { 'README.md': '# A workspace\n' },
      lock: { tool: 'go', args: ['work', 'init', './mux', './uuid'] },
    },
    edits: goEdits({ folder: 'uuid', package: 'uuid' }),
  },
];
