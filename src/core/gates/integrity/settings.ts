/** One value of a configuration, in any format. */
export interface Setting {
  /** Names from the outside in: `['jest', 'coverageThreshold', 'global', 'lines']`. */
  readonly keys: readonly string[];
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

const BRACES = /\.(?:json|jsonc|[cm]?[jt]s|gradle|kts|py|json5)$|\.(?:nycrc|c8rc|mocharc|babelrc)$/;
const MOST = 50_000;

/** Returns the values of a configuration with their names, in the order of the file. It reads what configurations look like, not what a
 *  program would make of them. */
export function readSettings(path: string, text: string): Setting[] {
  if (path.endsWith('.xml')) return readXml(text);
  const isBraces = BRACES.test(path) || (/rc$/.test(path) && text.trimStart().startsWith('{'));
  return isBraces ? readBraces(text) : readLines(text);
}

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*|"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[\w$.\-%]+|[{}[\](),:=;]|\n/g;

/** JSON, JavaScript, Python, Groovy and Kotlin: a name before `:`, `=`, a bracket or a value. */
function readBraces(text: string): Setting[] {
  const found: Setting[] = [];
  const above: string[] = [];
  const outer = () => above.filter((one) => one !== '');
  let name: string | null = null;
  let isNamed = false;
  let line = 1;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n') {
      line += 1;
      if (!isNamed) name = null;
      continue;
    }
    if (/^(?:\/\/|\/\*|#)/.test(token)) line += token.split('\n').length - 1;
    else if (token === ':' || token === '=') isNamed = name !== null;
    else if (/^[{[(]$/.test(token)) [name, isNamed] = [above.push(name ?? '') < 0 ? name : null, false];
    else if (/^[}\]),;]$/.test(token)) {
      if (name !== null && !isNamed) found.push({ keys: outer(), value: name, line });
      if (/^[}\])]$/.test(token)) above.pop();
      [name, isNamed] = [null, false];
    } else {
      const value = token.replace(/^(?:"""|["'`])|(?:"""|["'`])$/g, '');
      if (name !== null) found.push({ keys: [...outer(), name], value, line });
      [name, isNamed] = name !== null ? [null, false] : [value, false];
      line += token.split('\n').length - 1;
    }
    if (found.length > MOST) break;
  }
  return found;
}

/** INI, TOML, YAML, properties, make files and shell: one value a line, below its section; a line without a name goes on with the last one. */
function readLines(text: string): Setting[] {
  let section: string[] = [];
  let last: string | null = null;
  const parents: { readonly indent: number; readonly name: string }[] = [];
  return text
    .split('\n')
    .slice(0, MOST)
    .flatMap((raw, at): Setting[] => {
      const line = raw.replace(/(?:^|\s)[#;].*$/, '');
      const head = /^\s*\[+([^\]]+)\]+\s*$/.exec(line)?.[1];
      if (head !== undefined) {
        section = head.split('.').map((part) => part.replaceAll('"', ''));
        last = null;
        return [];
      }
      const [, space = '', name, value = ''] = /^(\s*(?:-\s+)?)["']?([\w.$-]+)["']?\s*[:=]\s*(.*)$/.exec(line) ?? [];
      if (name === undefined) {
        const keys = [...section, ...parents.map((one) => one.name), ...(last === null ? [] : [last])];
        return line.trim() === ''
          ? []
          : splitValue(line.replace(/^\s*-\s+/, '')).map((one) => ({ keys, value: one, line: at + 1 }));
      }
      while (parents.length > 0 && (parents.at(-1)?.indent ?? 0) >= space.length) parents.pop();
      const keys = [...section, ...parents.map((one) => one.name), name];
      last = name;
      if (value.trim() === '') {
        parents.push({ indent: space.length, name });
        last = null;
        return [];
      }
      return splitValue(value).map((one) => ({ keys, value: one, line: at + 1 }));
    });
}

/** A list on one line is several values. */
function splitValue(value: string): string[] {
  const text = value.trim();
  if (!text.startsWith('[')) return [text.replace(/^["']|["'],?$/g, '')];
  return text
    .replace(/^\[|\],?$/g, '')
    .split(',')
    .map((one) => one.trim().replace(/^["']|["']$/g, ''))
    .filter(Boolean);
}

function readXml(text: string): Setting[] {
  const above: string[] = [];
  const found: Setting[] = [];
  let line = 1;
  for (const [token, end, name, isClosed, content] of text
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replaceAll(/[^\n]/g, ''))
    .matchAll(/<(\/?)([\w.:-]+)(?:\s[^<>]*?)?(\/?)>|([^<]+)/g)) {
    if (content !== undefined) {
      if (content.trim() !== '') found.push({ keys: [...above], value: content.trim(), line });
    } else if (end === '/') above.pop();
    else if (isClosed !== '/' && name !== undefined) above.push(name);
    line += token.split('\n').length - 1;
    if (found.length > MOST) break;
  }
  return found;
}
