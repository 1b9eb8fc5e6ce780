/** Asks a person, on stderr so that stdout stays for results; false where nobody can answer: no terminal, CI, or --no-input. */
export async function confirm(message: string, { mayAsk }: { mayAsk: boolean }): Promise<boolean> {
  if (!mayAsk || process.stdin.isTTY !== true || process.env.CI) return false;
  const { confirm: ask } = await import('@inquirer/prompts');
  return ask({ message, default: false }, { output: process.stderr });
}
