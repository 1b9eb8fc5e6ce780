import { parentPort } from 'node:worker_threads';
import { errorMessage } from '../../core/errors.ts';
import { emptyModel } from '../../core/gates/integrity/model.ts';
import type { SourceText } from '../../core/ports/source-parser.ts';
import { readSource } from './read-source.ts';

// The thread that reads source files: it is ended from outside where one takes too long.
parentPort?.on('message', async (file: SourceText) => {
  const model = await readSource(file).catch((error: unknown) =>
    emptyModel(file.path, `it could not be read: ${errorMessage(error).slice(0, 200)}`),
  );
  parentPort?.postMessage(model);
});
