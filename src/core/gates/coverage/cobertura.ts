import type { XmlElement, XmlReader } from '../xml.ts';
import { addCounters, type Counter, LineCollector, lineGaps, type OnSource } from './line-hits.ts';
import { LONGEST_PATH, MOST_SOURCES } from './source-totals.ts';
import { readCount } from './xml-counts.ts';

const MOST_FOLDERS = 100;

/** Lines of a class, directly in it or in its methods. */
class Lines {
  readonly hits = new LineCollector();
  branches: Counter | null = null;
  /** Lines with a branch that was never taken. */
  readonly gaps: number[] = [];

  add(line: XmlElement, isHit: boolean): void {
    this.hits.add(readCount(line, 'number'), isHit);
    const condition = /\((\d+)\/(\d+)\)/.exec(line.attribute('condition-coverage') ?? '');
    if (condition === null) return;
    const counter = { covered: Number(condition[1]), total: Number(condition[2]) };
    this.branches = addCounters([this.branches, counter]);
    if (counter.covered < counter.total) this.gaps.push(readCount(line, 'number'));
  }
}

interface OpenClass {
  readonly element: XmlElement;
  readonly own: Lines;
  readonly inMethods: Lines;
  method: { readonly element: XmlElement; isEntered: boolean; firstLine: number | null } | null;
  functions: Counter | null;
  /** First lines of methods that were never entered. */
  readonly uncalled: number[];
}

/** What is known of a source file, which may contain several classes. */
interface OpenFile {
  readonly lines: LineCollector;
  functions: Counter | null;
  branches: Counter | null;
  readonly gaps: { readonly functions: number[]; readonly branches: number[] };
}

/** Returns what reads a Cobertura report and, when it closes, hands over what it says of each source file, or of the whole
 *  where it has no classes. Throws an Error whose message is a clause for people. */
export function coberturaReader(onSource: OnSource): XmlReader {
  const files = new Map<string, OpenFile>();
  const folders: string[] = [];
  let current: OpenClass | null = null;
  let isFolder = false;
  return {
    open(element, around) {
      isFolder = element.name === 'source' && around.at(-1)?.name === 'sources' && folders.length < MOST_FOLDERS;
      if (isFolder) folders.push('');
      if (current !== null) openInClass(current, { element, around });
      else if (element.name === 'class' && around.length > 0) current = newClass(element);
    },
    text(piece) {
      if (isFolder) folders.push(`${folders.pop() ?? ''}${piece}`.slice(0, LONGEST_PATH));
    },
    close(element, around) {
      isFolder = false;
      if (around.length === 0) handOver({ files, root: element, folders }, onSource);
      if (current === null) return;
      if (current.element === element) {
        addClass(files, current);
        current = null;
      } else if (current.method?.element === element) closeMethod(current);
    },
  };
}

function newClass(element: XmlElement): OpenClass {
  return { element, own: new Lines(), inMethods: new Lines(), method: null, functions: null, uncalled: [] };
}

function openInClass(
  current: OpenClass,
  { element, around }: { element: XmlElement; around: readonly XmlElement[] },
): void {
  if (element.name === 'method') current.method ??= { element, isEntered: false, firstLine: null };
  if (element.name !== 'line') return;
  const isOwn = around.at(-1)?.name === 'lines' && around.at(-2) === current.element;
  if (current.method === null && !isOwn) return;
  const isHit = readCount(element, 'hits') > 0;
  if (current.method === null) current.own.add(element, isHit);
  else {
    current.inMethods.add(element, isHit);
    current.method.isEntered ||= isHit;
    current.method.firstLine ??= readCount(element, 'number');
  }
}

function closeMethod(current: OpenClass): void {
  const { isEntered = false, firstLine = null } = current.method ?? {};
  const counter = { covered: isEntered ? 1 : 0, total: 1 };
  if (!isEntered && firstLine !== null) current.uncalled.push(firstLine);
  current.functions = addCounters([current.functions, counter]);
  current.method = null;
}

function addClass(files: Map<string, OpenFile>, { element, own, inMethods, functions, uncalled }: OpenClass): void {
  const path = element.attribute('filename') ?? element.attribute('name') ?? '';
  const file = files.get(path) ?? newFile();
  files.set(path, file);
  if (files.size > MOST_SOURCES) throw new Error(`names more than ${MOST_SOURCES} source files`);
  const ownLines = own.hits.merged();
  const { hits, branches, gaps } = ownLines.length > 0 ? own : inMethods;
  for (const line of uncalled) file.gaps.functions.push(line);
  for (const line of gaps) file.gaps.branches.push(line);
  file.lines.addAll(hits.merged());
  file.functions = addCounters([file.functions, functions]);
  file.branches = addCounters([file.branches, branches]);
}

function newFile(): OpenFile {
  return { lines: new LineCollector(), functions: null, branches: null, gaps: { functions: [], branches: [] } };
}

function handOver(
  { files, root, folders }: { files: ReadonlyMap<string, OpenFile>; root: XmlElement; folders: readonly string[] },
  onSource: OnSource,
): void {
  const named = folders.map((folder) => folder.trim()).filter(Boolean);
  for (const [path, { lines, functions, branches, gaps }] of files) {
    const figures = { lines: lines.merged(), functions, branches, statements: null };
    onSource({ path, folders: named, ...figures, gaps: lineGaps(gaps) });
  }
  if (files.size > 0) return;
  const lines = { covered: readCount(root, 'lines-covered'), total: readCount(root, 'lines-valid') };
  onSource({ path: '', lines, functions: null, branches: null, statements: null });
}
