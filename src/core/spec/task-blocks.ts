import type { TaskBox, TaskFileLine } from './task-lines.ts';

/** A task line and what stands below it. */
export interface TaskBlock {
  readonly line: TaskFileLine;
  readonly box: TaskBox;
  /** Up to the next task line or the heading that ends the task, without blank lines at both ends. */
  readonly detailLines: string[];
  /** Those of the detail lines that are neither code nor comment. */
  readonly proseLines: string[];
  /** A line that says something and is neither task nor heading stands before the next task line, wherever it stands. */
  hasDetails: boolean;
  /** A heading or rule has ended the task. */
  isEnded: boolean;
}

/** Gathers the lines of each task line; what stands before the first one belongs to none. */
export function splitTaskBlocks(lines: readonly TaskFileLine[]): TaskBlock[] {
  const blocks: TaskBlock[] = [];
  for (const line of lines) {
    const block = blocks.at(-1);
    if (line.box)
      blocks.push({ line, box: line.box, detailLines: [], proseLines: [], hasDetails: false, isEnded: false });
    else if (block) addLine(block, line);
  }
  for (const { detailLines } of blocks) {
    while (detailLines.at(-1)?.trim() === '') detailLines.pop();
  }
  return blocks;
}

function addLine(block: TaskBlock, line: TaskFileLine): void {
  const isHeading = line.kind === 'heading' || line.kind === 'rule';
  block.isEnded ||= isHeading && line.column < block.line.column + 2;
  block.hasDetails ||= !isHeading && line.kind !== 'blank' && line.kind !== 'comment' && !isEmptyItem(line);
  if (block.isEnded || (block.detailLines.length === 0 && line.kind === 'blank')) return;
  block.detailLines.push(line.text);
  if (line.kind !== 'code' && line.kind !== 'comment') block.proseLines.push(line.text);
}

function isEmptyItem(line: TaskFileLine): boolean {
  return line.kind === 'list' && /^[-*+]$/.test(line.text.trim());
}
