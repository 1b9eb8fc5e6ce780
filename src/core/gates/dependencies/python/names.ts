import { type Dependency, dependency, elsewhere } from '../facts.ts';

/** Names are the same whatever their case and separators (PEP 503). */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Returns a requirement as PEP 508 writes it; null for a text that is none. */
export function readRequirement(requirement: string): Dependency | null {
  const text = requirement.trim();
  const [, name, rest = ''] = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || /^[:/]/.test(rest)) return null;
  const [, address] = /^@\s*(\S+)/.exec(rest) ?? [];
  if (address !== undefined) return dependency(normalName(name), { version: null, source: elsewhere(address) });
  const range = (rest.split(';')[0] ?? '').trim();
  return dependency(normalName(name), { version: range === '' ? null : range.slice(0, 200) });
}

/** Returns the requirement, or one that cannot be read as its own name. */
export function requirementOrText(text: string): Dependency {
  return readRequirement(text) ?? dependency(text.slice(0, 200), { source: elsewhere(text) });
}
