import type { XmlElement } from '../xml.ts';

/** Returns an attribute's whole number. Throws an Error whose message is a clause for people when it is not one. */
export function readCount(element: XmlElement, name: string): number {
  const text = element.attribute(name)?.trim() ?? '';
  if (/^-?\d+(?:\.0+)?$/.test(text)) return Number(text);
  throw new Error(`contains a value that is not a number (${name}="${text.slice(0, 30)}")`);
}
