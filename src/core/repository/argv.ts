/** Program and arguments, as a process is started with them: no shell reads them. */
export type Argv = readonly [string, ...string[]];

export type ParsedCommand = { readonly argv: Argv } | { readonly problem: string };

const INSTEAD = 'write a list, such as ["npm", "test"], or put the steps into a script and name that';
const MEANS: Readonly<Record<string, string>> = {
  ';': 'a second command',
  '&': 'a second command or one in the background',
  '|': 'a pipe',
  '<': 'a redirection',
  '>': 'a redirection',
  $: 'a variable',
  '`': 'the output of a command',
  '(': 'a subshell',
  ')': 'a subshell',
  '{': 'a group',
  '}': 'a group',
  '*': 'a pattern of file names',
  '?': 'a pattern of file names',
  '[': 'a pattern of file names',
  '#': 'a comment',
  '~': 'a home folder',
  '!': 'history expansion',
  '\n': 'a second command',
  '\r': 'a second command',
};
/** What a word is made of: single quotes, double quotes without variables, an escaped character, plain characters. */
const PIECE = /'([^']*)'|"((?:[^"\\$`]|\\[^\r\n])*)"|\\([^\r\n])|([^\s'"\\;&|<>$`(){}*?[]+)/y;

/** Returns program and arguments of a setting: a list of strings, or one string that is split at spaces with quotes and
 *  backslashes as in a shell. Whatever else only a shell would understand is a problem, named for people. */
export function parseCommand(value: unknown): ParsedCommand {
  if (typeof value === 'string') {
    const words = splitWords(value.trim());
    return 'problem' in words ? words : checkWords(words.words);
  }
  if (!Array.isArray(value)) return { problem: 'must be a string or a list of strings' };
  const words: string[] = [];
  for (const [index, word] of value.entries()) {
    if (typeof word !== 'string') return { problem: `must contain only strings: put quotes around item ${index + 1}` };
    words.push(word);
  }
  return checkWords(words);
}

function checkWords(words: readonly string[]): ParsedCommand {
  const [program, ...rest] = words;
  if (program === undefined || program.trim() === '') return { problem: 'must name a program' };
  if (program.startsWith('-')) return { problem: 'must begin with the name of a program, not with an option' };
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(program)) {
    return { problem: `sets a variable, which only a shell does: write ["env", "${program.split('=')[0]}=...", ...]` };
  }
  if (words.some((word) => word.includes('\0'))) return { problem: 'contains a NUL character' };
  if (words.length > 200) return { problem: 'has more than 200 words' };
  if (words.some((word) => word.length > 4000)) return { problem: 'has a word of more than 4000 characters' };
  return { argv: [program, ...rest] };
}

function splitWords(text: string): { words: string[] } | { problem: string } {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    let word = '';
    if (/[#~!]/.test(text.charAt(at))) return { problem: shellProblem(text.slice(at)) };
    while (at < text.length && !/[ \t]/.test(text.charAt(at))) {
      PIECE.lastIndex = at;
      const match = PIECE.exec(text);
      if (match === null) return { problem: shellProblem(text.slice(at)) };
      const [, single, double, escaped, plain] = match;
      word += single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '';
      at = PIECE.lastIndex;
    }
    words.push(word);
    while (/[ \t]/.test(text.charAt(at))) at += 1;
  }
  return { words };
}

function shellProblem(rest: string): string {
  const character = rest.charAt(0);
  if (character === "'" || character === '"') {
    const variable = character === '"' ? /^"(?:[^"\\$`]|\\[^\r\n])*([$`])/.exec(rest)?.[1] : undefined;
    if (variable === undefined) return `has a quote (${character}) that is never closed; ${INSTEAD}`;
    return `contains ${JSON.stringify(variable)} (${MEANS[variable]}), but no shell runs the command; ${INSTEAD}`;
  }
  const meaning = MEANS[character] ?? 'a character that a word cannot contain';
  return `contains ${JSON.stringify(character)} (${meaning}), but no shell runs the command; quote it, or ${INSTEAD}`;
}
