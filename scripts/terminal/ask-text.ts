/** Asks a person to type something, on stderr so that stdout stays for results; null where nobody can answer: no terminal, CI, or
 *  --no-input, and for Ctrl-C. */
export async function askText(message: string, { mayAsk }: { mayAsk: boolean }): Promise<string | null> {
  if (!mayAsk || process.stdin.isTTY !== true || process.env.CI) return null;
  const { input } = await import('@inquirer/prompts');
  try {
    return (await input({ message }, { output: process.stderr })).trim();
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return null;
    throw error;
  }
}
