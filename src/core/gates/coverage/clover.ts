import type { XmlElement } from '../xml.ts';
import { type Counter, mergeLineHits, type SourceCoverage } from './line-hits.ts';
import { descendants, readCount } from './xml-counts.ts';

/** Returns what a Clover report says of each source file. Throws an Error whose message is a clause for people. */
export function readClover(root: XmlElement): SourceCoverage[] {
  return root.children('project').flatMap((project) => descendants(project, 'file').map(readSourceFile));
}

function readSourceFile(file: XmlElement): SourceCoverage {
  const [metrics] = file.children('metrics');
  const counter = (covered: string, total: string): Counter | null =>
    metrics?.attribute(total) === undefined
      ? null
      : { covered: readCount(metrics, covered), total: readCount(metrics, total) };
  const lines = file.children('line').filter((line) => line.attribute('type') !== 'method');
  const statements = counter('coveredstatements', 'statements');
  return {
    path: file.attribute('path') ?? file.attribute('name') ?? '',
    lines:
      lines.length > 0
        ? mergeLineHits(lines.map((line) => [line.attribute('num') ?? '', readCount(line, 'count') > 0]))
        : (statements ?? { covered: 0, total: 0 }),
    functions: counter('coveredmethods', 'methods'),
    branches: counter('coveredconditionals', 'conditionals'),
    statements,
  };
}
