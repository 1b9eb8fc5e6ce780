import type { XmlElement, XmlReader } from '../xml.ts';
import { addCounters, type Counter, LineCollector, type OnSource } from './line-hits.ts';
import { LONGEST_PATH, MOST_SOURCES } from './source-totals.ts';
import { readCount } from './xml-counts.ts';

const MOST_FOLDERS = 100;

/** Lines of a class, directly in it or in its methods. */
class Lines {
  readonly hits = new LineCollector();
  branches: Counter | null = null;

  add(line: XmlElement, isHit: boolean): void {
    this.hits.add(readCount(line, 'number'), isHit);
    const condition = /\((\d+)\/(\d+)\)/.exec(line.attribute('condition-coverage') ?? '');
    if (condition === null) return;
    const counter = { covered: Number(condition[1]), total: Number(condition[2]) };
    this.branches = addCounters([this.branches, counter]);
  }
}

interface OpenClass {
  readonly element: XmlElement;
  readonly own: Lines;
  readonly inMethods: Lines;
  method: { readonly element: XmlElement; isEntered: boolean } | null;
  functions: Counter | null;
}

/** What is known of a source file, which may contain several classes. */
interface OpenFile {
  readonly lines: LineCollector;
  functions: Counter | null;
  branches: Counter | null;
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
  return { element, own: new Lines(), inMethods: new Lines(), method: null, functions: null };
}

function openInClass(
  current: OpenClass,
  { element, around }: { element: XmlElement; around: readonly XmlElement[] },
): void {
  if (element.name === 'method') current.method ??= { element, isEntered: false };
  if (element.name !== 'line') return;
  const isOwn = around.at(-1)?.name === 'lines' && around.at(-2) === current.element;
  if (current.method === null && !isOwn) return;
  const isHit = readCount(element, 'hits') > 0;
  if (current.method === null) current.own.add(element, isHit);
  else {
    current.inMethods.add(element, isHit);
    current.method.isEntered ||= isHit;
  }
}

function closeMethod(current: OpenClass): void {
  const counter = { covered: current.method?.isEntered ? 1 : 0, total: 1 };
  current.functions = addCounters([current.functions, counter]);
  current.method = null;
}

function addClass(files: Map<string, OpenFile>, { element, own, inMethods, functions }: OpenClass): void {
  const path = element.attribute('filename') ?? element.attribute('name') ?? '';
  const file = files.get(path) ?? { lines: new LineCollector(), functions: null, branches: null };
  files.set(path, file);
  if (files.size > MOST_SOURCES) throw new Error(`names more than ${MOST_SOURCES} source files`);
  const ownLines = own.hits.merged();
  const { hits, branches } = ownLines.length > 0 ? own : inMethods;
  file.lines.addAll(hits.merged());
  file.functions = addCounters([file.functions, functions]);
  file.branches = addCounters([file.branches, branches]);
}

function handOver(
  { files, root, folders }: { files: ReadonlyMap<string, OpenFile>; root: XmlElement; folders: readonly string[] },
  onSource: OnSource,
): void {
  const named = folders.map((folder) => folder.trim()).filter(Boolean);
  for (const [path, { lines, functions, branches }] of files)
    onSource({ path, folders: named, lines: lines.merged(), functions, branches, statements: null });
  if (files.size > 0) return;
  const lines = { covered: readCount(root, 'lines-covered'), total: readCount(root, 'lines-valid') };
  onSource({ path: '', lines, functions: null, branches: null, statements: null });
}
