import { closeInheritedDescriptors } from '../adapters/process/inherited-descriptors.ts';
import { useMachineProxy } from '../adapters/process/machine-proxy.ts';

/** Rids this process of what it got from whoever started it and that must not get to its own programs; its own requests go the
 *  machine's way. */
export function startClean(): void {
  closeInheritedDescriptors();
  useMachineProxy(process.env);
  // Node's cache lies in /tmp, where anybody may have made it first.
  process.env.NODE_DISABLE_COMPILE_CACHE = '1';
}
