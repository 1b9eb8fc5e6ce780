import type { Commands } from '../../core/commands.ts';
import type { Ending, Run, Step } from '../run-state.ts';

export type { Commands, Ending, Run, Step };
