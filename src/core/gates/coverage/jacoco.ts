import type { XmlElement } from '../xml.ts';
import type { Counter, SourceCoverage } from './line-hits.ts';
import { readCount } from './xml-counts.ts';

/** Returns what a JaCoCo report says of each source file. `group` is the path of the groups around the element, with a
 *  slash at its end. Throws an Error whose message is a clause for people. */
export function readJacoco(element: XmlElement, group = ''): SourceCoverage[] {
  const inner = element.children('group').flatMap((child) => readJacoco(child, `${group}${child.attribute('name')}/`));
  const files = element.children('package').flatMap((child) => {
    const folder = `${group}${child.attribute('name') ?? ''}`;
    return child.children('sourcefile').map((file) => readSourceFile(file, folder));
  });
  return [...inner, ...files];
}

function readSourceFile(file: XmlElement, folder: string): SourceCoverage {
  return {
    path: `${folder}/${file.attribute('name') ?? ''}`,
    lines: readCounter(file, 'LINE') ?? { covered: 0, total: 0 },
    functions: readCounter(file, 'METHOD'),
    branches: readCounter(file, 'BRANCH'),
    statements: readCounter(file, 'INSTRUCTION'),
  };
}

function readCounter(file: XmlElement, type: string): Counter | null {
  const found = file.children('counter').find((candidate) => candidate.attribute('type') === type);
  if (found === undefined) return null;
  const covered = readCount(found, 'covered');
  return { covered, total: covered + readCount(found, 'missed') };
}
