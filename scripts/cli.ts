#!/usr/bin/env node
import { isSystemError } from '../src/core/system-error.ts';
import { runCommandLine } from './command-line.ts';

// A reader that has seen enough, such as head, ends nothing.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (!isSystemError(error, 'EPIPE')) throw error;
  });

await runCommandLine(process.argv.slice(2));
