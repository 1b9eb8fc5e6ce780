/** Far above what any linear work in a test takes, far below what the same work takes when it grows with the square. */
export const SUSPICIOUS_CPU_MS = 10_000;

/** Returns the processor time that synchronous work takes in this process, in milliseconds: other programs on the machine,
 *  however busy, add nothing to it. */
export function cpuMsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
