import { readXml, type XmlElement } from '../../xml.ts';
import { type Dependency, dependency, type FileFacts, lock, type Setting } from '../facts.ts';

const HASH = /^(?:sha256|sha512|sha1|md5|pgp)$/;

/** Returns what Gradle's verification-metadata.xml pins. Throws when it is no XML. */
export function readVerification(content: string): FileFacts {
  const settings: Setting[] = [];
  const hashes = new Map<string, { name: string; version: string; of: string[] }>();
  let text = '';
  readXml(new TextEncoder().encode(content), {
    open(element, around) {
      text = '';
      const component = around.findLast(({ name }) => name === 'component');
      if (HASH.test(element.name) && component !== undefined)
        entryOf(component).of.push(`${element.name}-${element.attribute('value') ?? ''}`);
      if (/^(?:trust|ignored-key|trusted-key)$/.test(element.name))
        settings.push({ rule: 'dependencies/setting', name: `${element.name} ${attributes(element)}`, value: 'set' });
      return undefined;
    },
    text(piece) {
      text += piece;
    },
    close({ name }) {
      if (/^verify-(?:metadata|signatures)$/.test(name))
        settings.push({ rule: 'dependencies/setting', name, value: text.trim() });
    },
  });
  function entryOf(component: XmlElement) {
    const [group = '', name = '', version = ''] = ['group', 'name', 'version'].map((key) => component.attribute(key));
    const key = `${group}:${name}:${version}`;
    const entry = hashes.get(key) ?? { name: `${group}:${name}`, version, of: [] };
    hashes.set(key, entry);
    return entry;
  }
  const pinned = [...hashes.values()].map(
    ({ name, version, of }): Dependency => dependency(name, { version, integrity: of.sort().join(' ') || null }),
  );
  return lock(pinned, settings);
}

function attributes(element: XmlElement): string {
  return ['group', 'name', 'version', 'file', 'id', 'reason'].flatMap((key) => element.attribute(key) ?? []).join(':');
}
