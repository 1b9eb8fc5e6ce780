import sax, { type SAXParser, type Tag } from 'sax';
import { piecesOf } from './report-text.ts';

/** An element as it is opened. */
export interface XmlElement {
  readonly name: string;
  /** Value with entities decoded; undefined when the element has no such attribute. */
  attribute(name: string): string | undefined;
}

/** What a reader does with a document as it comes; `around` are the elements that contain it, the root first. */
export interface XmlReader {
  /** Returns true when it has seen enough. */
  open?(element: XmlElement, around: readonly XmlElement[]): boolean | undefined;
  /** A piece of text or CDATA; a long text comes in several. */
  text?(piece: string): void;
  close?(element: XmlElement, around: readonly XmlElement[]): void;
}

/** Tools nest a few levels, and a report of 50 MB has some two million elements at most. */
const DEEPEST = 250;
const MOST_ELEMENTS = 3_000_000;
const MOST_ATTRIBUTES = 100;
const MOST_UNKNOWN_ENTITIES = 1000;
const LONGEST_TOKEN = 256 * 1024;

/** Reads a document piece by piece; needs memory for one tag. Throws an Error whose message is a clause for people when it
 *  is not XML, is cut short, defines entities of its own (which could expand without end), or exceeds a bound: 3 million
 *  elements, 250 levels, 100 attributes, 256 Ki characters in one name or
 *  attribute, 1,000 unknown entities. */
export function readXml(bytes: Uint8Array, reader: XmlReader): void {
  const parser = createParser(reader);
  try {
    for (const piece of piecesOf(bytes)) parser.write(piece);
    parser.close();
  } catch (error) {
    if (error !== SEEN_ENOUGH) throw error;
  }
}

/** Thrown through the parser, which cannot be stopped otherwise. */
const SEEN_ENOUGH = new Error('The reader has seen enough.');

function createParser(reader: XmlReader): SAXParser {
  // The library looks at this value alone, and no bound of a single parser.
  sax.MAX_BUFFER_LENGTH = LONGEST_TOKEN;
  const parser = sax.parser(true, { strictEntities: true });
  const around: XmlElement[] = [];
  const attributes = new Set<string>();
  let elements = 0;
  Object.assign(parser.ENTITIES, CONTROL_ENTITIES);
  parser.onerror = createErrorHandler(parser);
  parser.ondoctype = (doctype) => {
    if (/\[|<!ENTITY/i.test(doctype)) throw new Error('defines entities of its own, which is refused');
  };
  parser.onopentagstart = () => attributes.clear();
  parser.onattribute = ({ name }) => {
    attributes.add(name);
    if (attributes.size > MOST_ATTRIBUTES) throw new Error(`has an element of more than ${MOST_ATTRIBUTES} attributes`);
  };
  parser.onopentag = (tag) => {
    elements += 1;
    if (elements > 1 && around.length === 0) throw new Error('is not one XML document');
    if (elements > MOST_ELEMENTS) throw new Error(`contains more than ${MOST_ELEMENTS} elements`);
    if (around.length >= DEEPEST) throw new Error(`nests elements more than ${DEEPEST} levels deep`);
    const element = new OpenElement(tag);
    if (reader.open?.(element, around) === true) throw SEEN_ENOUGH;
    around.push(element);
  };
  parser.ontext = (piece) => reader.text?.(piece);
  parser.oncdata = (piece) => reader.text?.(piece);
  parser.onclosetag = () => {
    const element = around.pop();
    if (element !== undefined) reader.close?.(element, around);
  };
  parser.onend = () => {
    if (elements === 0) throw new Error('is not well-formed XML: it has no element');
  };
  return parser;
}

/** XML has no control characters, but tools write those that tests print, by number. */
const CONTROL_ENTITIES = Object.fromEntries(
  Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).flatMap((character, code) => [
    [`#${code}`, character],
    [`#x${code.toString(16)}`, character],
  ]),
);

class OpenElement implements XmlElement {
  readonly name: string;
  readonly #attributes: Tag['attributes'];

  constructor({ name, attributes }: Tag) {
    this.name = name;
    this.#attributes = attributes;
  }

  attribute(name: string): string | undefined {
    return Object.hasOwn(this.#attributes, name) ? this.#attributes[name] : undefined;
  }
}

function createErrorHandler(parser: SAXParser): (error: Error) => void {
  let unknownEntities = 0;
  return (error) => {
    const [message = ''] = error.message.split('\n');
    if (/^Max buffer length exceeded/.test(message))
      throw new Error(`contains a name or attribute of more than ${LONGEST_TOKEN} characters`);
    if (!/^Invalid character entity/.test(message))
      throw new Error(`is not well-formed XML (line ${parser.line + 1}): ${message}`);
    // Left as they stand: tools write what their tests print.
    unknownEntities += 1;
    if (unknownEntities > MOST_UNKNOWN_ENTITIES)
      throw new Error(`contains more than ${MOST_UNKNOWN_ENTITIES} unknown entities`);
    parser.resume();
  };
}
