import { closeInheritedDescriptors } from '../adapters/process/inherited-descriptors.ts';
import { useMachineNetwork } from '../adapters/process/machine-network.ts';
import { ENV } from '../core/names.ts';

/** Rids this process of what it got from whoever started it and that must not get to its own programs; its own requests go the
 *  machine's way. */
export function startClean(): void {
  closeInheritedDescriptors();
  useMachineNetwork(process.env);
  // A build of this machine starts with the worker's own Node in front.
  if (process.env[ENV.machinePath]) process.env.PATH = process.env[ENV.machinePath];
  // Node's cache lies in /tmp, where anybody may have made it first.
  process.env.NODE_DISABLE_COMPILE_CACHE = '1';
}
