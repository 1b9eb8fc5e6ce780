import { emptyModel, type Language, type SourceModel } from '../../core/gates/integrity/model.ts';
import { languageOf } from '../../core/gates/integrity/test-paths.ts';
import type { SourceText } from '../../core/ports/source-parser.ts';
import { declaredNames, extendedNames, importedNames } from './declarations.ts';
import { findExits, findWholeRun } from './exits.ts';
import { findTests as findGoTests } from './go/find-tests.ts';
import { parseText } from './grammars.ts';
import { findTests as findJavaScriptTests } from './javascript/find-tests.ts';
import { findTests as findJvmTests } from './jvm/find-tests.ts';
import { findTests as findPythonTests } from './python/find-tests.ts';
import { readTest } from './read-test.ts';
import type { Syntax } from './syntax.ts';

/** Grammars that are tried where the first one does not read a file whole. */
const OTHERS: Readonly<Partial<Record<Language, Language>>> = { javascript: 'tsx', typescript: 'tsx' };

/** Returns what a source file contains; of a language that is not read, nothing. */
export async function readSource({ path, text }: SourceText): Promise<SourceModel> {
  const language = languageOf(path);
  if (language === null) return emptyModel(path, null);
  const { root, isWhole } = await parse(text.replace(/^\uFEFF/, ' '), language);
  const { tests, dialect, helpers } = find(root, { language, text });
  const seen = tests.map((test) => readTest(test, dialect));
  return {
    path,
    tests: seen,
    exits: findExits(root, { language, dialect }),
    wholeRun: findWholeRun(root, language),
    helpers: [...helpers],
    declared: declaredNames(root, language),
    imports: importedNames(root, language),
    extended: extendedNames(root),
    problem: isWhole ? null : 'its syntax is not understood',
  };
}

async function parse(text: string, language: Language) {
  const first = await parseText(text, language);
  const other = OTHERS[language];
  if (first.isWhole || other === undefined) return first;
  const second = await parseText(text, other);
  return second.isWhole ? second : first;
}

function find(root: Syntax, { language, text }: { language: Language; text: string }) {
  if (language === 'python') return findPythonTests(root);
  if (language === 'go') return findGoTests(root, text);
  return language === 'java' || language === 'kotlin' ? findJvmTests(root) : findJavaScriptTests(root);
}
