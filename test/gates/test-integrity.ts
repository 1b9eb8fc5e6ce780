import { CONFIGURATION_CHEATS } from './test-integrity/configuration-cheats.ts';
import type { IntegrityRow } from './test-integrity/edit.ts';
import { GO_CHEATS } from './test-integrity/go-cheats.ts';
import { HONEST_CHANGES } from './test-integrity/honest-changes.ts';
import { JVM_CHEATS } from './test-integrity/jvm-cheats.ts';
import { PYTHON_CHEATS } from './test-integrity/python-cheats.ts';
import { SCRIPT_CHEATS } from './test-integrity/script-cheats.ts';

/** Ways to make tests prove less, and honest changes of tests. */
export const rows: readonly IntegrityRow[] = [
  ...SCRIPT_CHEATS,
  ...PYTHON_CHEATS,
  ...JVM_CHEATS,
  ...GO_CHEATS,
  ...CONFIGURATION_CHEATS,
  ...HONEST_CHANGES,
];
