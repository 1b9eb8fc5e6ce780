import { readFileSync } from 'node:fs';
import path from 'node:path';

const DEPLOYMENT = path.resolve(import.meta.dirname, '../../../docs/deployment.md');

/** Returns the lines of the block that docs/deployment.md marks as rehearsed: what a user types. */
export function rehearsedLines(name: 'deploy' | 'verify' | 'secrets'): string[] {
  const [, rest = ''] = readFileSync(DEPLOYMENT, 'utf8').split(`<!-- rehearsed: ${name} -->\n\`\`\`bash\n`);
  const lines = (rest.split('\n```')[0] ?? '').split('\n').filter((line) => line !== '');
  if (lines.length === 0) throw new Error(`docs/deployment.md has no block "rehearsed: ${name}".`);
  return lines;
}

/** Returns the command that docs/deployment.md gives for something in its table of everyday commands. */
export function everydayCommand(what: string): string {
  const row = readFileSync(DEPLOYMENT, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${what} |`));
  const command = /`(.+)`/.exec(row ?? '')?.[1];
  if (command === undefined) throw new Error(`docs/deployment.md has no everyday command for "${what}".`);
  // A pipe in a table of Markdown is escaped.
  return command.replaceAll('\\|', '|');
}
