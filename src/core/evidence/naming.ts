import type { Criterion } from './criteria.ts';
import { resolveReferences } from './references.ts';

/** What a name must say beside a number, since `1.2` alone may be a version. */
const WORD =
  '(?:requirements?|reqs?|criteri(?:on|a)|acceptance[ _-]?criteri(?:on|a)|ac|validates|anforderung(?:en)?|requisitos?|exigences?|требовани[ея]|需求|要求|要件|요구\\s?사항)';
const ID = '\\d{1,4}[._]\\d{1,4}(?![._]?\\d)';
/** `Requirements 1.1, 1.2`, `test_requirement_1_2_is_kept`, `TestReq1_2`. */
const AFTER_WORD = new RegExp(
  `(?<![a-z])${WORD}[\\s_:#.-]{0,3}(${ID}(?:(?:\\s*(?:[,;/&+、，]|and|und|e|y)\\s*)+${ID})*)`,
  'giu',
);
/** `[1.2]`, `(1.1, 1.2)`. */
const IN_BRACKETS = /[[(]\s*(?<ids>\d{1,4}\.\d{1,4}(?:\s*[,;/&]\s*\d{1,4}\.\d{1,4})*)\s*[\])]/gu;
const PROPERTY =
  /(?<![a-z])(?:property|prop|eigenschaft|propriété|propiedad|свойство|属性|性质|プロパティ|속성)[\s_#:-]{0,3}(?<number>\d{1,4})(?![\d.])/giu;
/** Longer names are cut: a report may be hostile. */
const LENGTH_LIMIT = 2_000;

/** Returns the criteria that the name of a test names: by number (`Requirement 1.2: …`, `[1.2] …`), or by a property that
 *  validates them (`Property 3`). */
export function namedCriteria(
  name: string,
  { criteria, properties }: { criteria: readonly Criterion[]; properties: ReadonlyMap<string, readonly string[]> },
): readonly string[] {
  const text = name.slice(0, LENGTH_LIMIT).replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
  const numbers = [
    ...[...text.matchAll(AFTER_WORD)].map(([, ids = '']) => ids),
    ...[...text.matchAll(IN_BRACKETS)].map(({ groups }) => groups?.ids ?? ''),
  ].flatMap((ids) => ids.match(/\d+[._]\d+/g) ?? []);
  const byProperty = [...text.matchAll(PROPERTY)].flatMap(({ groups }) => properties.get(groups?.number ?? '') ?? []);
  return resolveReferences([...numbers.map((id) => id.replace('_', '.')), ...byProperty], criteria).ids;
}
