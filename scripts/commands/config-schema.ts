import { projectConfigSchema } from '../../src/core/config.ts';

/** Returns the text of docs/project-config.schema.json: `npx kiro-worker config schema`. */
export function formatConfigSchema(): string {
  return `${JSON.stringify({ title: 'kiro-worker.config.json', ...projectConfigSchema() }, null, 2)}\n`;
}
