import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parseProjectConfig } from '../../src/core/config.ts';

const document = readFileSync(path.resolve(import.meta.dirname, '../../docs/agents.md'), 'utf8');
const BOARD = { organization: 'acme', repository: 'slugs', projectNumber: 7 };

describe('the presets of docs/agents.md', () => {
  const blocks = [...document.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, text = '']) => text);

  it('are there', () => expect(blocks).to.have.length(9));

  for (const text of blocks) {
    const { agent } = JSON.parse(text);
    it(`can be configured: ${agent.command?.join(' ').slice(0, 60) ?? agent.kind}`, () => {
      expect(() => parseProjectConfig(JSON.stringify({ ...BOARD, agent }), 'the document')).to.not.throw();
    });
  }
});
