import { type Dependency, dependency, type FileFacts, lock, manifest, type Setting } from '../facts.ts';

/** Returns what a go.mod or go.work asks for. Throws for a block that does not end. */
export function readGoMod(content: string): FileFacts {
  const dependencies: Dependency[] = [];
  const settings: Setting[] = [];
  for (const { verb, words } of directives(content)) {
    const [name = '', version = null] = words;
    if (verb === 'require') dependencies.push(dependency(name, { version }));
    if (verb === 'tool') dependencies.push(dependency(name, { version: 'tool' }));
    if (verb === 'toolchain') settings.push({ rule: 'dependencies/setting', name: 'toolchain', value: name });
    if (verb === 'exclude')
      settings.push({ rule: 'dependencies/override', name: `exclude ${words.join(' ')}`, value: 'set' });
    if (verb === 'replace') {
      const at = words.indexOf('=>');
      const target = words.slice(at + 1).join(' ');
      settings.push({ rule: 'dependencies/override', name: `replace ${words.slice(0, at).join(' ')}`, value: target });
      if (/^\.{0,2}\//.test(target))
        settings.push({ rule: 'dependencies/source', name: `${name} comes from ${target}`, value: 'set' });
    }
  }
  return manifest(dependencies, settings);
}

function directives(content: string): { verb: string; words: string[] }[] {
  const found: { verb: string; words: string[] }[] = [];
  let block: string | null = null;
  for (const line of content.split(/\r?\n/)) {
    const words = line
      .replace(/\/\/.*$/, '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(unquoted);
    const [first, second] = words;
    if (first === undefined) continue;
    if (block !== null && first === ')') block = null;
    else if (block !== null) found.push({ verb: block, words });
    else if (second === '(' || first.endsWith('(')) block = first.replace(/\($/, '');
    else found.push({ verb: first, words: words.slice(1) });
  }
  if (block !== null) throw new Error(`its block "${block}" does not end`);
  return found;
}

function unquoted(word: string): string {
  return word.replace(/^["`]|["`]$/g, '');
}

/** Returns what a go.sum pins. Throws for a line that is no hash. */
export function readGoSum(content: string): FileFacts {
  return lock(
    content
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [name, version, hash, ...rest] = line.trim().split(/\s+/);
        if (name === undefined || version === undefined || !/^h\d+:.+/.test(hash ?? '') || rest.length > 0)
          throw new Error(`it has a line that is no hash: ${line.slice(0, 80)}`);
        return dependency(name, { version, integrity: hash });
      }),
  );
}
