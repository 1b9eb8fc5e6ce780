import { parseXml, type XmlElement } from '../xml.ts';
import { addCounters, type Counter, type CoverageReport, mergeLineHits, type SourceCoverage } from './line-hits.ts';

/** Returns what a Cobertura, JaCoCo or Clover report says. Throws an Error whose message is a clause for people. */
export function readXmlCoverage(text: string): CoverageReport {
  const root = parseXml(text);
  if (root.name === 'report') return { format: 'JaCoCo', sources: readJacoco(root, '') };
  if (root.name === 'coverage' && root.children('project').length > 0) {
    return {
      format: 'Clover',
      sources: root.children('project').flatMap((project) => descendants(project, 'file').map(readCloverFile)),
    };
  }
  if (root.name === 'coverage') return { format: 'Cobertura', sources: readCobertura(root) };
  throw new Error(`is XML of no known coverage format (its root is "${root.name.slice(0, 50)}")`);
}

function readCobertura(root: XmlElement): SourceCoverage[] {
  const classes = descendants(root, 'class');
  if (classes.length > 0) return joinClasses(classes.map(readCoberturaClass));
  const lines = { covered: readCount(root, 'lines-covered'), total: readCount(root, 'lines-valid') };
  return [{ path: '', lines, functions: null, branches: null, statements: null }];
}

/** A source file may hold several classes. */
function joinClasses(classes: readonly SourceCoverage[]): SourceCoverage[] {
  const files = Map.groupBy(classes, ({ path }) => path);
  return [...files].map(([path, parts]) => ({
    path,
    lines: mergeLineHits(parts.flatMap(({ lines }) => (lines instanceof Map ? [...lines] : []))),
    functions: addCounters(parts.map(({ functions }) => functions)),
    branches: addCounters(parts.map(({ branches }) => branches)),
    statements: null,
  }));
}

function readCoberturaClass(element: XmlElement): SourceCoverage {
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

function readJacoco(element: XmlElement, group: string): SourceCoverage[] {
  const inner = element.children('group').flatMap((child) => readJacoco(child, `${group}${child.attribute('name')}/`));
  const files = element.children('package').flatMap((child) =>
    child.children('sourcefile').map((file): SourceCoverage => {
      const counter = (type: string): Counter | null => {
        const found = file.children('counter').find((candidate) => candidate.attribute('type') === type);
        if (found === undefined) return null;
        const covered = readCount(found, 'covered');
        return { covered, total: covered + readCount(found, 'missed') };
      };
      return {
        path: `${group}${child.attribute('name') ?? ''}/${file.attribute('name') ?? ''}`,
        lines: counter('LINE') ?? { covered: 0, total: 0 },
        functions: counter('METHOD'),
        branches: counter('BRANCH'),
        statements: counter('INSTRUCTION'),
      };
    }),
  );
  return [...inner, ...files];
}

function readCloverFile(file: XmlElement): SourceCoverage {
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

function descendants(element: XmlElement, name: string): XmlElement[] {
  return element.children().flatMap((child) => (child.name === name ? [child] : descendants(child, name)));
}

function readCount(element: XmlElement, name: string): number {
  const text = element.attribute(name)?.trim() ?? '';
  if (!/^-?\d+(?:\.0+)?$/.test(text)) throw new Error(`holds a figure that is none (${name}="${text.slice(0, 30)}")`);
  return Number(text);
}
