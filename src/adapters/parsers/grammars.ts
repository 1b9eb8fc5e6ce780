import { Language as Grammar, Parser, type TreeCursor } from 'web-tree-sitter';
import type { Language } from '../../core/gates/integrity/model.ts';
import { Syntax } from './syntax.ts';
import { grammarOf, locateWasm } from './wasm-files.ts';

let ready: Promise<void> | null = null;
const parsers = new Map<Language, Promise<Parser>>();

/** Returns the syntax of a text; `isWhole` is false where parts of it are no code of this language. Throws when it nests too deep. */
export async function parseText(text: string, language: Language): Promise<{ root: Syntax; isWhole: boolean }> {
  const parser = await parserOf(language);
  const tree = parser.parse(text);
  if (tree === null) throw new Error('the parser gave no tree');
  try {
    const cursor = tree.walk();
    const root = takeOut(cursor, { source: text, parent: null });
    cursor.delete();
    return { root, isWhole: !tree.rootNode.hasError };
  } finally {
    tree.delete();
  }
}

async function parserOf(language: Language): Promise<Parser> {
  const known = parsers.get(language);
  if (known !== undefined) return known;
  const made = makeParser(language);
  parsers.set(language, made);
  return made;
}

async function makeParser(language: Language): Promise<Parser> {
  ready ??= Parser.init({ locateFile: () => locateWasm('web-tree-sitter.wasm') });
  await ready;
  const parser = new Parser();
  parser.setLanguage(await Grammar.load(locateWasm(grammarOf(language))));
  return parser;
}

const COMMENT = /comment$/;

function takeOut(cursor: TreeCursor, { source, parent }: { source: string; parent: Syntax | null }): Syntax {
  const place = { source, start: cursor.startIndex, end: cursor.endIndex, row: cursor.startPosition.row };
  const what = { type: cursor.nodeType, field: cursor.currentFieldName, isNamed: cursor.nodeIsNamed, parent };
  const node = new Syntax(place, what);
  if (!cursor.gotoFirstChild()) return node;
  do {
    if (!(cursor.nodeIsNamed && COMMENT.test(cursor.nodeType)))
      node.children.push(takeOut(cursor, { source, parent: node }));
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return node;
}
