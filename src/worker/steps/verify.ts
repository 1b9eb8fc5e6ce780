import type { Step } from '../run-state.ts';

export const prepareRepository: Step = async () => null;
export const verify: Step = async () => null;
