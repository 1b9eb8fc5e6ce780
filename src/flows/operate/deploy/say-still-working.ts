import type { Stack } from '../../../core/ports/stacks.ts';
import type { DeployPorts } from './deploy-types.ts';

/** Returns what says each minute that CloudFormation is still at work on a stack, for whoever sees no moving line. */
export function createReminder({
  clock,
  onStep,
}: Pick<DeployPorts, 'clock' | 'onStep'>): (stack: Pick<Stack, 'name' | 'status'>) => void {
  const startedAt = clock.monotonicMs();
  let said = 0;
  return ({ name, status }) => {
    const minutes = Math.floor((clock.monotonicMs() - startedAt) / 60_000);
    if (minutes === said) return;
    said = minutes;
    onStep(`${name}: ${status}, for ${minutes} min so far`);
  };
}
