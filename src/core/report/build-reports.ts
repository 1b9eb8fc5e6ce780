import { openCoverageReport } from '../gates/coverage/read-report.ts';
import { type ReportedCase, readJUnit } from '../gates/junit.ts';
import { cleanText, shorten } from '../markdown.ts';
import type { ReportFile } from '../ports/workspace-files.ts';

/** A larger report of its own would say no more to people. */
const LARGEST_LENGTH = 5 * 1024 * 1024;
const NAME_LIMIT = 300;

/** Returns one JUnit document with every test case that the reports name; what is unreadable or beyond 5 MB is left out.
 *  Written anew, since CodeBuild fails a build for a report that is missing, or whose figures contradict each other. */
export function renderTestReport(reports: readonly ReportFile[]): string {
  const text = createBounded();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const add = (testCase: ReportedCase) => {
    if (text.add(renderCase(testCase))) counts[testCase.state] += 1;
  };
  for (const { bytes } of reports) ignoreDamage(() => readJUnit(bytes, add));
  const total = counts.passed + counts.failed + counts.skipped;
  const figures = `tests="${total}" failures="${counts.failed}" errors="0" skipped="${counts.skipped}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${figures}>\n<testsuite name="tests of the repository" ${figures}>\n${text.all()}</testsuite>\n</testsuites>\n`;
}

/** Returns one LCOV document with the lines of every source file that the reports name, whatever their format; without
 *  line numbers, the figures alone. */
export function renderCoverageReport(reports: readonly ReportFile[]): string {
  const text = createBounded();
  for (const { bytes } of reports) {
    ignoreDamage(() =>
      openCoverageReport(bytes).read(({ path, lines }) => {
        const name = oneLine(path) || 'all files';
        if (!(lines instanceof Uint32Array)) {
          text.add(`SF:${name}\nLF:${lines.total}\nLH:${lines.covered}\nend_of_record\n`);
          return;
        }
        const rows = Array.from(lines, (entry) => `DA:${entry >>> 1},${entry & 1}\n`);
        const hit = lines.reduce((sum, entry) => sum + (entry & 1), 0);
        text.add(`SF:${name}\n${rows.join('')}LF:${rows.length}\nLH:${hit}\nend_of_record\n`);
      }),
    );
  }
  return `TN:\n${text.all()}`;
}

function renderCase({ name, state, message }: ReportedCase): string {
  const attribute = escapeXml(oneLine(name) || '(no name)');
  if (state === 'passed') return `<testcase name="${attribute}"/>\n`;
  if (state === 'skipped') return `<testcase name="${attribute}"><skipped/></testcase>\n`;
  const summary = escapeXml(shorten(oneLine(message), NAME_LIMIT));
  return `<testcase name="${attribute}"><failure message="${summary}">${escapeXml(message)}</failure></testcase>\n`;
}

/** Reports are judged elsewhere; here a damaged one shows what came before the damage. */
function ignoreDamage(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

function createBounded() {
  const parts: string[] = [];
  let length = 0;
  return {
    /** Returns false when the text would become too long, and leaves it out. */
    add(part: string): boolean {
      if (length + part.length > LARGEST_LENGTH) return false;
      parts.push(part);
      length += part.length;
      return true;
    },
    all: () => parts.join(''),
  };
}

function oneLine(text: string): string {
  return shorten(
    cleanText(text.slice(0, 10 * NAME_LIMIT))
      .replace(/\s+/g, ' ')
      .trim(),
    NAME_LIMIT,
  );
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
