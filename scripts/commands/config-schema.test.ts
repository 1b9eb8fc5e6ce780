import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { formatConfigSchema } from './config-schema.ts';

describe('docs/project-config.schema.json', () => {
  it('is what "npx kiro-worker config schema" prints now', () => {
    expect(readFileSync(new URL('../../docs/project-config.schema.json', import.meta.url), 'utf8')).to.equal(
      formatConfigSchema(),
    );
  });
});
