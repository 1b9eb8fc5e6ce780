import type { XmlElement } from '../xml.ts';
import { addCounters, type LineHits, mergeLineHits, type SourceCoverage } from './line-hits.ts';
import { descendants, readCount } from './xml-counts.ts';

interface ClassCoverage extends SourceCoverage {
  readonly lines: LineHits;
}

/** Returns what a Cobertura report says of each source file, or of the whole where it has no classes. Throws an Error whose
 *  message is a clause for people. */
export function readCobertura(root: XmlElement): SourceCoverage[] {
  const classes = descendants(root, 'class');
  if (classes.length > 0) return joinClasses(classes.map(readClass));
  const lines = { covered: readCount(root, 'lines-covered'), total: readCount(root, 'lines-valid') };
  return [{ path: '', lines, functions: null, branches: null, statements: null }];
}

/** A source file may contain several classes. */
function joinClasses(classes: readonly ClassCoverage[]): SourceCoverage[] {
  const files = Map.groupBy(classes, ({ path }) => path);
  return [...files].map(([path, parts]) => ({
    path,
    lines: mergeLineHits(parts.flatMap(({ lines }) => [...lines])),
    functions: addCounters(parts.map(({ functions }) => functions)),
    branches: addCounters(parts.map(({ branches }) => branches)),
    statements: null,
  }));
}

function readClass(element: XmlElement): ClassCoverage {
  const methods = descendants(element, 'method');
  const own = element.children('lines').flatMap((lines) => lines.children('line'));
  const all = own.length > 0 ? own : methods.flatMap((method) => descendants(method, 'line'));
  const conditions = all.map((line) => /\((\d+)\/(\d+)\)/.exec(line.attribute('condition-coverage') ?? ''));
  const entered = methods.filter((method) => descendants(method, 'line').some((line) => readCount(line, 'hits') > 0));
  return {
    path: element.attribute('filename') ?? element.attribute('name') ?? '',
    lines: mergeLineHits(all.map((line) => [line.attribute('number') ?? '', readCount(line, 'hits') > 0])),
    functions: methods.length > 0 ? { covered: entered.length, total: methods.length } : null,
    branches: addCounters(
      conditions
        .filter((match) => match !== null)
        .map(([, covered, total]) => ({ covered: Number(covered), total: Number(total) })),
    ),
    statements: null,
  };
}
