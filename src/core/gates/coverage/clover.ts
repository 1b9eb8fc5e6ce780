import type { XmlElement, XmlReader } from '../xml.ts';
import { type Counter, LineCollector, lineGaps, type OnSource } from './line-hits.ts';
import { readCount } from './xml-counts.ts';

/** Returns what reads a Clover report and hands over what it says of each source file. Throws an Error whose message is a
 *  clause for people. */
export function cloverReader(onSource: OnSource): XmlReader {
  const lines = new LineCollector();
  let file: XmlElement | null = null;
  let metrics: XmlElement | null = null;
  let gaps: { functions: number[]; branches: number[] } = { functions: [], branches: [] };
  return {
    open(element, around) {
      if (file === null && element.name === 'file' && around[1]?.name === 'project') {
        [file, metrics] = [element, null];
        lines.clear();
        gaps = { functions: [], branches: [] };
      } else if (file !== null && around.at(-1) === file) {
        if (element.name === 'metrics') metrics ??= element;
        if (element.name === 'line') addLine(element, { lines, gaps });
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
        gaps: lineGaps(gaps),
      });
      file = null;
    },
  };
}

function addLine(
  line: XmlElement,
  { lines, gaps }: { lines: LineCollector; gaps: { functions: number[]; branches: number[] } },
): void {
  const number = readCount(line, 'num');
  const isMethod = line.attribute('type') === 'method';
  const isHit = readCount(line, 'count') > 0;
  if (!isMethod) lines.add(number, isHit);
  else if (!isHit) gaps.functions.push(number);
  if (line.attribute('truecount') === '0' || line.attribute('falsecount') === '0') gaps.branches.push(number);
}

function readCounter(metrics: XmlElement | null, names: { covered: string; total: string }): Counter | null {
  if (metrics?.attribute(names.total) === undefined) return null;
  return { covered: readCount(metrics, names.covered), total: readCount(metrics, names.total) };
}
