import { readRequirements } from '../spec/task-requirements.ts';

/** Property lines of a design: `**Property 3: Order is kept**`, `### Property 3: …`, `**属性 3：…**`. */
const PROPERTY =
  /^[\s>#*+-]*\**(?:property|properties|eigenschaft|propriété|propiedad|propriedade|свойство|属性|性质|プロパティ|속성)\s*#?(?<number>\d{1,4})\b/iu;
/** How far below its head a property says what it validates. */
const LINES_BELOW = 12;

/** Returns what each numbered property of a design.md or tasks.md says that it validates: number -> references as written. */
export function readProperties(texts: readonly string[]): Map<string, readonly string[]> {
  const properties = new Map<string, readonly string[]>();
  for (const text of texts) {
    const lines = text.split(/\r\n?|\n/);
    for (const [index, line] of lines.entries()) {
      const { number } = PROPERTY.exec(line)?.groups ?? {};
      if (number === undefined) continue;
      const below = lines.slice(index + 1, index + 1 + LINES_BELOW);
      const end = below.findIndex((other) => PROPERTY.test(other));
      const own = [line, ...(end < 0 ? below : below.slice(0, end))].find(
        (other) => readRequirements([other]).length > 0,
      );
      const known = properties.get(number) ?? [];
      properties.set(number, [...new Set([...known, ...(own === undefined ? [] : readRequirements([own]))])]);
    }
  }
  return properties;
}
