import { loadAll } from 'js-yaml';

/** Returns the one document of a YAML text. Throws when it is not YAML, is nested without end, or has several documents. */
export function parseYaml(content: string): unknown {
  const documents = loadAll(content, { maxDepth: 50, maxAliases: 100 });
  if (documents.length > 1) throw new Error('it has several documents');
  return documents[0] ?? {};
}
