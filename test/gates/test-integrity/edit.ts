import type { INTEGRITY_RULES } from '../../../src/core/gates/integrity-rules.ts';
import type { Files, GateRow } from '../rows.ts';

type Short = keyof typeof INTEGRITY_RULES extends `test-integrity/${infer Name}` ? Name : never;
export type IntegrityRow = GateRow<keyof typeof INTEGRITY_RULES>;

/** A file of tests, its path, and what else lies in the repository. */
export interface Base {
  readonly language: string;
  readonly path: string;
  readonly text: string;
  readonly others?: Files;
}

/** An edit: each text is replaced by the one beside it, or the whole file is given anew. */
export type Edit = ReadonlyArray<readonly [from: string, to: string]> | { readonly after: Files };

/** Returns a row that edits the file of tests. Throws where the text that is to be replaced is not there. */
export function edit(
  base: Base,
  { name, expect = [], by }: { name: string; expect?: readonly Short[]; by: Edit },
): IntegrityRow {
  const { language, path, text, others = {} } = base;
  const after: Files =
    'after' in by ? by.after : { [path]: by.reduce((all, [from, to]) => replaceOnce(all, { from, to }), text) };
  return {
    name,
    language,
    expect: expect.map((rule) => `test-integrity/${rule}` as const),
    change: { before: { ...others, [path]: text }, after },
  };
}

function replaceOnce(text: string, { from, to }: { from: string; to: string }): string {
  if (!text.includes(from)) throw new Error(`There is no ${JSON.stringify(from)} to replace.`);
  return text.replace(from, () => to);
}
