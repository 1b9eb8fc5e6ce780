import path from 'node:path';

/** Returns the variable that lets commands of one run of all tests (`TEST_RUN_FOLDER`) compile our modules once; nothing when a
 *  test runs by itself. Builds have Node's cache off all the same. */
export function compileCacheOfRun(): Record<string, string> {
  const { TEST_RUN_FOLDER } = process.env;
  return TEST_RUN_FOLDER ? { NODE_COMPILE_CACHE: path.join(TEST_RUN_FOLDER, 'compile-cache') } : {};
}
