/** Returns whether somebody can answer a question: a terminal, not CI, and not `--no-input`. */
export function mayAsk(input: boolean | undefined): boolean {
  return input !== false && process.stdin.isTTY === true && !process.env.CI;
}

/** Asks for a secret on stderr, without echo; null for Ctrl-C. */
export async function askSecret(message: string): Promise<string | null> {
  const { password } = await import('@inquirer/prompts');
  return answered(() => password({ message, mask: false }, { output: process.stderr }));
}

/** Asks for a text on stderr; null for Ctrl-C. */
export async function askText(message: string): Promise<string | null> {
  const { input } = await import('@inquirer/prompts');
  return answered(() => input({ message }, { output: process.stderr }));
}

/** Lets somebody choose on stderr; null for Ctrl-C. */
export async function askChoice(message: string, options: readonly string[]): Promise<string | null> {
  const { select } = await import('@inquirer/prompts');
  return answered(() => select({ message, choices: [...options] }, { output: process.stderr }));
}

async function answered<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return null;
    throw error;
  }
}
