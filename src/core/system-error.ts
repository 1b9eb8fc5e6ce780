/** Whether an error of the operating system has one of these codes, such as ENOENT (node:os constants.errno). */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code);
}
