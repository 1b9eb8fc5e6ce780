import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** One element of a document; children and text are made when asked for, since reports can be huge. */
export interface XmlElement {
  readonly name: string;
  attribute(name: string): string | undefined;
  /** Child elements, all or those of one name. */
  children(name?: string): XmlElement[];
  /** Text and CDATA directly in the element, with the predefined entities decoded. */
  text(): string;
}

type RawNode = Readonly<Record<string, unknown>>;

const ATTRIBUTES = ':@';
const TEXT = '#text';
const CDATA = '#cdata';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: CDATA,
});

/** Returns the root element of a well-formed document. Throws an Error whose message is a clause for people when the
 *  text is not XML, is cut short, or defines entities of its own (which could expand without end). */
export function parseXml(text: string): XmlElement {
  const source = text.replace(/^\ufeff/, '');
  const prologue = source.slice(0, Math.max(0, source.search(/<[A-Za-z_]/)));
  if (/<!ENTITY|<!DOCTYPE[^>]*\[/i.test(prologue)) throw new Error('defines entities of its own, which is refused');
  const validity = XMLValidator.validate(source);
  if (validity !== true) throw new Error(`is not well-formed XML (line ${validity.err.line}): ${validity.err.msg}`);
  const roots = nodesIn(parser.parse(source))
    .map(wrap)
    .filter(({ name }) => name !== TEXT);
  const [root, ...others] = roots;
  if (root === undefined || others.length > 0) throw new Error('is not one XML document');
  return root;
}

function wrap(node: RawNode): XmlElement {
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';
  const inner = nodesIn(node[name]);
  const attributes = node[ATTRIBUTES];
  return {
    name,
    attribute: (key) =>
      isNode(attributes) && Object.hasOwn(attributes, key) ? decode(String(attributes[key])) : undefined,
    children: (wanted) =>
      inner.filter((child) => (wanted === undefined ? !(TEXT in child || CDATA in child) : wanted in child)).map(wrap),
    text: () => inner.map(textOf).join(''),
  };
}

function textOf(node: RawNode): string {
  if (TEXT in node) return decode(String(node[TEXT]));
  return nodesIn(node[CDATA])
    .map((part) => String(part[TEXT] ?? ''))
    .join('');
}

function nodesIn(value: unknown): RawNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is RawNode {
  return typeof value === 'object' && value !== null;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|lt|gt|amp|quot|apos);/gi, decodeEntity);
}

function decodeEntity(entity: string): string {
  const name = entity.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) return ENTITIES[name] ?? entity;
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
