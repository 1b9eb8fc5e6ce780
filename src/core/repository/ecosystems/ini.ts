/** Sections of an INI file as Python's tools read it: `[name]`, `key = value`, and lines that are indented go on. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Returns the sections of a text; lines that are none of these are ignored. Values of several lines keep their line ends. */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key = '';
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\[([^\]]+)\]/.exec(line) ?? [];
    if (name !== undefined) {
      section = sections.get(name.trim()) ?? new Map();
      sections.set(name.trim(), section);
      key = '';
      continue;
    }
    if (section === undefined || /^\s*[#;]/.test(line) || line.trim() === '') continue;
    const [, begun, value] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (/^\s/.test(line)) {
      if (key !== '') section.set(key, `${section.get(key)}\n${line.trim()}`);
    } else if (begun !== undefined) {
      key = begun;
      section.set(key, value ?? '');
    }
  }
  return sections;
}

/** Returns the lines of a value, without empty ones and comments. */
export function linesOfValue(value: string | undefined): string[] {
  return (value ?? '')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)[#;].*$/, '').trim())
    .filter((line) => line !== '');
}
