import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './operator.ts';

/** Blocks that are typed as they stand by a test of their own. */
const REHEARSED = /<!-- rehearsed: \w+ -->\n```bash\n.*?\n```/gs;
const BLOCK = /```(\w*)\n(.*?)\n *```/gs;
const SPAN = /`([^`\n]+)`/g;

/** Returns every line of `aws` and `sam` that a document gives beside our own commands, once each: of blocks and within the text. */
export function plainLines(document: 'deployment' | 'operations'): string[] {
  const text = readFileSync(path.join(ROOT, 'docs', `${document}.md`), 'utf8').replaceAll(REHEARSED, '');
  const blocks = [...text.matchAll(BLOCK)].flatMap(([, kind, content = '']) =>
    kind === 'bash' ? content.split('\n').map((line) => line.trim().replace(/ # .*$/, '')) : [],
  );
  const spans = [...text.replaceAll(BLOCK, '').matchAll(SPAN)].map(([, content = '']) =>
    content.replaceAll('\\|', '|'),
  );
  return [...new Set([...blocks, ...spans])].filter(isPlain);
}

/** Names of two words, such as `sam build`, are words of a sentence. */
function isPlain(line: string): boolean {
  return /^aws \S+ \S+/.test(line) || /^sam \S+ \S+/.test(line) || / && sam /.test(line);
}
