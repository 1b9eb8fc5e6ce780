import { stderr } from 'node:process';
import ora from 'ora';
import * as z from 'zod';
import { cleanText, shorten } from '../../src/core/markdown.ts';
import type { Redact } from '../../src/core/secrets/redact.ts';
import { parseJsonLine } from './json-line.ts';

const NARROWEST_COLUMNS = 20;

export interface Progress {
  /** Says what is going on: a phase, and the n-th of m where there is a number. */
  show(step: { phase: string; text: string; n?: number | undefined; m?: number | undefined }): void;
  /** Leaves one line that stays. */
  note(text: string): void;
  /** Takes a line that a build printed; shows it when it is about progress or a warning. */
  buildLine(line: string): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly stream?: NodeJS.WriteStream;
  /** Applied to every text that is shown. */
  readonly redact?: Redact;
}

/** Live progress on stderr: one moving line on a terminal, plain lines elsewhere; elapsed time in both. */
export function createProgress({ stream = stderr, redact = (text) => text }: ProgressOptions = {}): Progress {
  const startedAtMs = Date.now();
  const spinner = isScreen(stream) ? ora({ stream, discardStdin: false }) : null;
  let current = '';
  const elapsed = () => `${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`;
  const timer = spinner ? setInterval(() => render(), 200) : null;
  const render = () => {
    // One line, with its sign before it: what wraps cannot be drawn over for sure.
    if (spinner && current) spinner.text = shorten(`${current} (${elapsed()})`, stream.columns - 4);
  };
  const progress: Progress = {
    show({ phase, text, n, m }) {
      const line = `${phase}${n === undefined || m === undefined ? '' : ` ${n} of ${m}`}: ${oneLine(redact(text))}`;
      if (line === current) return;
      current = line;
      if (spinner) {
        render();
        if (!spinner.isSpinning) spinner.start();
      } else stream.write(`[${elapsed()}] ${line}\n`);
    },
    note(text) {
      spinner?.stop();
      const line = `${cleanText(redact(text))}\n`;
      stream.write(spinner ? line : `[${elapsed()}] ${line}`);
      if (spinner && current) spinner.start();
    },
    buildLine(line) {
      const json = parseJsonLine(line);
      const { data: record } = logRecord.safeParse(json);
      if (record?.message === 'progress') {
        const { data: step } = progressRecord.safeParse(json);
        if (step) progress.show(step);
      } else if (record?.level === 'WARN' || record?.level === 'ERROR') {
        const error = record.error ? `: ${oneLine(String(record.error))}` : '';
        progress.note(`${record.level.toLowerCase()}: ${record.message}${error}`);
      }
    },
    stop() {
      if (timer) clearInterval(timer);
      current = '';
      spinner?.stop();
    },
  };
  return progress;
}

const logRecord = z.object({ level: z.string(), message: z.string(), error: z.unknown().optional() });

/** What the worker writes about its progress, as `show` takes it. */
const progressRecord = z.object({
  phase: z.string(),
  text: z.string(),
  n: z.number().optional(),
  m: z.number().optional(),
});

function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').slice(0, 120);
}

/** A terminal on which a line can be drawn over, and that says how wide it is: some pseudo-terminals have no columns. */
function isScreen({ isTTY, columns }: NodeJS.WriteStream): boolean {
  const { CI, TERM } = process.env;
  return isTTY === true && columns >= NARROWEST_COLUMNS && !CI && TERM !== 'dumb';
}
