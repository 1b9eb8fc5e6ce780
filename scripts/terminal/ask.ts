/** Returns whether somebody can answer a question: a terminal that can draw it, not CI, and not `--no-input`. Ctrl-C at any question
 *  throws, and ends the command (`scripts/command-line.ts`). */
export function mayAsk(input: boolean | undefined): boolean {
  const { CI, TERM } = process.env;
  return input !== false && process.stdin.isTTY === true && !CI && TERM !== 'dumb';
}

/** Asks a person for yes or no, on stderr so that stdout stays for results; false where nobody can answer. */
export async function confirm(message: string, { mayAsk: input }: { mayAsk: boolean }): Promise<boolean> {
  if (!mayAsk(input)) return false;
  const { confirm: ask } = await import('@inquirer/prompts');
  return ask({ message, default: false }, { output: process.stderr });
}

/** Asks for a secret on stderr, without echo. */
export async function askSecret(message: string): Promise<string> {
  const { password } = await import('@inquirer/prompts');
  return password({ message, mask: false }, { output: process.stderr });
}

/** Asks for a text on stderr. */
export async function askText(message: string): Promise<string> {
  const { input } = await import('@inquirer/prompts');
  return (await input({ message }, { output: process.stderr })).trim();
}

/** Lets somebody choose on stderr. */
export async function askChoice(message: string, options: readonly string[]): Promise<string> {
  const { select } = await import('@inquirer/prompts');
  return select({ message, choices: [...options] }, { output: process.stderr });
}
