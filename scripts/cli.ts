#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import path from 'node:path';

// What is compiled is kept where nobody may write but those who may change this program; coverage would be less exact with it.
if (!process.env.NODE_V8_COVERAGE) enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/node'));
const { isSystemError } = await import('../src/core/system-error.ts');
const { runCommandLine } = await import('./command-line.ts');

// A reader that has seen enough, such as head, ends nothing.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (!isSystemError(error, 'EPIPE')) throw error;
  });

await runCommandLine(process.argv.slice(2));
