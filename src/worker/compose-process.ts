import { closeInheritedDescriptors } from '../adapters/process/inherited-descriptors.ts';

/** Rids this process of what it got from whoever started it and that must not get to its own programs. */
export function startClean(): void {
  closeInheritedDescriptors();
  // Node's cache lies in /tmp, where anybody may have made it first.
  process.env.NODE_DISABLE_COMPILE_CACHE = '1';
}
