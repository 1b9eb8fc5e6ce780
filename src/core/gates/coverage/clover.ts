import type { XmlElement, XmlReader } from '../xml.ts';
import { type Counter, LineCollector, type OnSource } from './line-hits.ts';
import { readCount } from './xml-counts.ts';

/** Returns what reads a Clover report and hands over what it says of each source file. Throws an Error whose message is a
 *  clause for people. */
export function cloverReader(onSource: OnSource): XmlReader {
  const lines = new LineCollector();
  let file: XmlElement | null = null;
  let metrics: XmlElement | null = null;
  return {
    open(element, around) {
      if (file === null && element.name === 'file' && around[1]?.name === 'project') {
        [file, metrics] = [element, null];
        lines.clear();
      } else if (file !== null && around.at(-1) === file) {
        if (element.name === 'metrics') metrics ??= element;
        if (element.name === 'line' && element.attribute('type') !== 'method')
          lines.add(readCount(element, 'num'), readCount(element, 'count') > 0);
      }
    },
    close(element) {
      if (element !== file) return;
      const statements = readCounter(metrics, { covered: 'coveredstatements', total: 'statements' });
      const merged = lines.merged();
      onSource({
        path: file.attribute('path') ?? file.attribute('name') ?? '',
        lines: merged.length > 0 ? merged : (statements ?? { covered: 0, total: 0 }),
        functions: readCounter(metrics, { covered: 'coveredmethods', total: 'methods' }),
        branches: readCounter(metrics, { covered: 'coveredconditionals', total: 'conditionals' }),
        statements,
      });
      file = null;
    },
  };
}

function readCounter(metrics: XmlElement | null, names: { covered: string; total: string }): Counter | null {
  if (metrics?.attribute(names.total) === undefined) return null;
  return { covered: readCount(metrics, names.covered), total: readCount(metrics, names.total) };
}
