import { readXml } from '../../xml.ts';
import { type Dependency, dependency, elsewhere, type FileFacts, manifest, type Setting } from '../facts.ts';

const PARTS = new Set([
  'dependency',
  'plugin',
  'parent',
  'extension',
  'repository',
  'pluginRepository',
  'snapshotRepository',
  'mirror',
  'path',
]);

/** Returns what a pom.xml (or another XML file of Maven) asks for. Throws when it is no XML. */
export function readPom(content: string): FileFacts {
  const dependencies: Dependency[] = [];
  const settings: Setting[] = [];
  const properties = new Map<string, string>();
  const open: Map<string, string>[] = [];
  let text = '';
  readXml(new TextEncoder().encode(content), {
    open({ name }) {
      text = '';
      if (PARTS.has(name)) open.push(new Map());
      return undefined;
    },
    text(piece) {
      text += piece;
    },
    close({ name }, around) {
      const parent = around.at(-1)?.name ?? '';
      const part = PARTS.has(name) ? open.pop() : undefined;
      if (part !== undefined) read(name, part);
      else if (PARTS.has(parent)) open.at(-1)?.set(name, text.trim());
      else if (parent === 'properties') properties.set(name, text.trim());
      text = '';
    },
  });
  function read(kind: string, part: ReadonlyMap<string, string>) {
    const value = (key: string) => resolve(part.get(key) ?? '', properties);
    if (/repository$|mirror/i.test(kind)) {
      settings.push({ rule: 'dependencies/setting', name: `${kind} ${value('id')}`.trim(), value: value('url') });
      return;
    }
    const name = `${value('groupId') || (kind === 'plugin' ? 'org.apache.maven.plugins' : '')}:${value('artifactId')}`;
    const path = value('systemPath');
    const version = value('version') || null;
    dependencies.push(dependency(name, { version, ...(path !== '' && { source: elsewhere(path) }) }));
    if (kind === 'plugin' || kind === 'extension' || kind === 'path')
      settings.push({
        rule: 'dependencies/install-script',
        name: `${kind === 'path' ? 'annotation processor' : kind} ${name}`,
        value: 'runs in the build',
      });
  }
  return manifest(dependencies, settings);
}

/** Properties come before what uses them in nearly every file; others stay as they are written. */
function resolve(value: string, properties: ReadonlyMap<string, string>): string {
  return value.replace(/\$\{([^}]{1,200})\}/g, (whole, name: string) => properties.get(name) ?? whole);
}
