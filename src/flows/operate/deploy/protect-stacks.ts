import type { Stack, StackService } from '../../../core/ports/stacks.ts';

/** Protects stacks against deletion; it is no part of a change set. Returns the names of those that were not protected. */
export async function protectStacks(service: StackService, stacks: readonly Stack[]): Promise<string[]> {
  const open = stacks.filter(({ isProtected }) => !isProtected).map(({ name }) => name);
  for (const name of open) await service.setTerminationProtection(name, { isOn: true });
  return open;
}
