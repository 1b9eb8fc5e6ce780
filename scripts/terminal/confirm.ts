import { mayAsk as canAsk } from './ask.ts';

/** Asks a person, on stderr so that stdout stays for results; false where nobody can answer: no terminal, CI, or --no-input, and
 *  for Ctrl-C. */
export async function confirm(message: string, { mayAsk }: { mayAsk: boolean }): Promise<boolean> {
  if (!canAsk(mayAsk)) return false;
  const { confirm: ask } = await import('@inquirer/prompts');
  try {
    return await ask({ message, default: false }, { output: process.stderr });
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return false;
    throw error;
  }
}
