import type { Row } from '../row.ts';
import { ASSEMBLED_NODE_ROWS } from './assembled-node.ts';
import { GO_ROWS } from './go.ts';
import { JVM_ROWS } from './jvm.ts';
import { NODE_ROWS } from './node.ts';
import { PYTHON_ROWS } from './python.ts';

/** All of the matrix; what takes longest comes first, so that two at a time end together. */
export const ROWS: readonly Row[] = [...JVM_ROWS, ...ASSEMBLED_NODE_ROWS, ...PYTHON_ROWS, ...GO_ROWS, ...NODE_ROWS];
