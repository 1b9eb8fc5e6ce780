import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { emptyModel, type SourceModel } from '../../core/gates/integrity/model.ts';
import type { SourceParser, SourceText } from '../../core/ports/source-parser.ts';

/** What one reading of files may use. */
export interface ParserLimits {
  readonly bytesOfFile: number;
  readonly bytes: number;
  readonly fileMs: number;
  readonly totalMs: number;
}

const LIMITS: ParserLimits = { bytesOfFile: 4_000_000, bytes: 64_000_000, fileMs: 20_000, totalMs: 300_000 };
/** In source it is a `.ts` beside this one, in a bundle an `.mjs` beside that. */
const THREAD = new URL(`./parser-thread${path.extname(import.meta.url)}`, import.meta.url);
const HEAP_MB = 1500;
const STACK_MB = 32;

/** Returns the parser of source files, which runs in a thread of its own: a file that takes too long, too much memory or ends the
 *  thread is a file with a problem, and the next one gets a new thread. */
export function createSourceParser(limits: Partial<ParserLimits> = {}): SourceParser {
  return new ThreadedParser({ ...LIMITS, ...limits });
}

class ThreadedParser implements SourceParser {
  readonly #limits: ParserLimits;
  #thread: Worker | null = null;
  #answer: (what: SourceModel | string) => void = () => undefined;

  constructor(limits: ParserLimits) {
    this.#limits = limits;
  }

  async read(files: readonly SourceText[]): Promise<SourceModel[]> {
    const endsAtMs = performance.now() + this.#limits.totalMs;
    let left = this.#limits.bytes;
    const models: SourceModel[] = [];
    for (const file of files) {
      left -= file.text.length;
      models.push(this.#refuse(file, { left, endsAtMs }) ?? (await this.#readOne(file)));
    }
    return models;
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.terminate();
  }

  #refuse(
    { path: file, text }: SourceText,
    { left, endsAtMs }: { left: number; endsAtMs: number },
  ): SourceModel | null {
    if (text.length > this.#limits.bytesOfFile)
      return emptyModel(file, `it is larger than ${this.#limits.bytesOfFile} characters`);
    if (left < 0) return emptyModel(file, 'there is more to read than is read in all');
    return performance.now() > endsAtMs ? emptyModel(file, 'reading all files takes too long') : null;
  }

  /** A thread that ended, or is late, is replaced for the next file. */
  async #readOne(file: SourceText): Promise<SourceModel> {
    const { fileMs } = this.#limits;
    const { promise, resolve } = Promise.withResolvers<SourceModel | string>();
    this.#answer = resolve;
    this.#thread ??= this.#start();
    const timer = setTimeout(() => resolve(`reading it takes longer than ${fileMs} ms`), fileMs);
    this.#thread.postMessage(file);
    const answer = await promise;
    clearTimeout(timer);
    if (typeof answer !== 'string') return answer;
    await this.close();
    return emptyModel(file.path, answer);
  }

  /** Without environment: what it reads is hostile. */
  #start(): Worker {
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB, stackSizeMb: STACK_MB };
    const thread = new Worker(THREAD, { resourceLimits, env: {} });
    const answer = (what: SourceModel | string) => this.#thread === thread && this.#answer(what);
    thread.on('message', answer);
    thread.on('error', (error) => answer(`reading it failed: ${error.message}`));
    thread.on('exit', () => answer('reading it ended the parser'));
    return thread;
  }
}
