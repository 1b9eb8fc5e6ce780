import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withContract } from '../../test/contract/agent-endings/table.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/agents.md', import.meta.url));

/** Writes the contract of agents into its place in docs/agents.md; a test compares it. */
await writeFile(DOCUMENT, withContract(await readFile(DOCUMENT, 'utf8')));
