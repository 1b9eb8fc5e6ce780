/** Words that stand alone on a line and do nothing by themselves. */
const NOTHING = /^[\s{}()[\];,]*(?:else|try|finally|do|begin|end|default\s*:)?[\s{}()[\];,:]*$/;

/** Returns whether something of a bare line can run: a name, a number or a keyword stands there. */
export function isCode(bare: string): boolean {
  return /[\p{L}\p{N}_$]/u.test(bare) && !NOTHING.test(bare);
}

/** Returns how many statements stand on a bare line, as far as they can be told apart; at least 1. */
export function statementsOf(bare: string): number {
  const withoutLoops = bare.replace(/\bfor\b\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[^{]*\{)/g, 'for ');
  const withoutHeads = withoutLoops.replace(/\b(?:if|switch)\b[^{;]*;[^{;]*\{/g, 'if {');
  return Math.max(1, withoutHeads.split(';').filter(isCode).length);
}

/** Returns whether a bare line of Python holds the body of a function, or several statements of a block, behind their head: nothing
 *  says then whether the body ran. */
export function hidesBody(bare: string): boolean {
  const head = /^\s*(?:async\s+)?(def|if|elif|else|for|while|with|try|except)\b/.exec(bare);
  if (head === null) return false;
  const body = afterColon(bare.slice(head[0].length));
  if (!isCode(body) || /^pass\b/.test(body)) return false;
  return head[1] === 'def' || statementsOf(body) > 1;
}

/** What stands behind the first colon outside of brackets. */
function afterColon(text: string): string {
  let depth = 0;
  for (const [at, character] of [...text].entries()) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (character === ':' && depth === 0)
      return [...text]
        .slice(at + 1)
        .join('')
        .trim();
  }
  return '';
}
