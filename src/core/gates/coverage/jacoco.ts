import type { XmlElement, XmlReader } from '../xml.ts';
import { type Counter, LineCollector, lineGaps, type OnSource } from './line-hits.ts';
import { readCount } from './xml-counts.ts';

/** Returns what reads a JaCoCo report and hands over what it says of each source file. Throws an Error whose message is a
 *  clause for people. */
export function jacocoReader(onSource: OnSource): XmlReader {
  let counters: Map<string, Counter> | null = null;
  const lines = new LineCollector();
  let branches: number[] = [];
  const addLine = (line: XmlElement) => {
    const number = readCount(line, 'nr');
    const covered = readOptional(line, 'ci');
    const missed = readOptional(line, 'mi') + readOptional(line, 'mb');
    lines.add(number, covered > 0);
    if (covered > 0 && missed > 0) branches.push(number);
  };
  return {
    open(element, around) {
      if (isSourceFile(element, around)) {
        [counters, branches] = [new Map(), []];
        lines.clear();
      } else if (counters !== null && element.name === 'line' && around.at(-1)?.name === 'sourcefile') addLine(element);
      else if (counters !== null && element.name === 'counter' && around.at(-1)?.name === 'sourcefile') {
        const type = element.attribute('type') ?? '';
        if (COUNTED.has(type) && !counters.has(type)) counters.set(type, readCounter(element));
      }
    },
    close(element, around) {
      if (counters === null || !isSourceFile(element, around)) return;
      onSource({
        path: pathOf(element, around),
        lines: counters.get('LINE') ?? { covered: 0, total: 0 },
        functions: counters.get('METHOD') ?? null,
        branches: counters.get('BRANCH') ?? null,
        statements: counters.get('INSTRUCTION') ?? null,
        // Reports are kept until it is known which are parts of others.
        places: lines.merged().slice(),
        gaps: lineGaps({ branches }),
      });
      counters = null;
    },
  };
}

/** `group/group:com/example/A.java`: what stands behind the colon is the same in every report. */
function pathOf(file: XmlElement, around: readonly XmlElement[]): string {
  const [name, ...inside] = [file, ...around.slice(1).toReversed()].map((each) => each.attribute('name') ?? '');
  const [packageName = '', ...groups] = inside;
  const path = `${packageName}/${name}`;
  return groups.length === 0 ? path : `${groups.toReversed().join('/')}:${path}`;
}

const COUNTED: ReadonlySet<string> = new Set(['LINE', 'METHOD', 'BRANCH', 'INSTRUCTION']);

/** A package stands in the report, or in groups of it. */
function isSourceFile({ name }: XmlElement, around: readonly XmlElement[]): boolean {
  return (
    name === 'sourcefile' &&
    around.length > 1 &&
    around.at(-1)?.name === 'package' &&
    around.slice(1, -1).every((each) => each.name === 'group')
  );
}

function readOptional(element: XmlElement, name: string): number {
  return element.attribute(name) === undefined ? 0 : readCount(element, name);
}

function readCounter(element: XmlElement): Counter {
  const covered = readCount(element, 'covered');
  return { covered, total: covered + readCount(element, 'missed') };
}
