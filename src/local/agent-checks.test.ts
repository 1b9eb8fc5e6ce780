import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { AgentFields } from '../core/agent/settings.ts';
import { checkAgent } from './agent-checks.ts';

describe("doctor's look at the Kiro CLI of this machine", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-agent-checks-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const look = async (script: string, version?: string) => {
    const program = path.join(folder, 'kiro-cli');
    await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const env = { KIRO_CLI_PATH: program, KIRO_API_KEY: 'ksk_0123456789', UNTRUSTED_USER: 'none' };
    const agent = AgentFields.parse({ ...(version && { version }) });
    const checks = await checkAgent(agent, { env, isolation: 'none', remember: () => undefined });
    return checks.filter(({ name }) => name === 'Kiro CLI');
  };

  it('starts it where a version is pinned, and compares', async () => {
    const [found] = await look('echo kiro-cli 3.2.0', '3.2.0');
    expect(found).to.include({ state: 'passed' });
    expect(found?.detail).to.include('version 3.2.0');
  });

  for (const [name, script] of [
    ['another one', 'echo kiro-cli 3.20.0'],
    ['no answer', 'exit 1'],
  ] as const) {
    it(`fails for ${name}, with what to change`, async () => {
      const checks = await look(script, '3.2.0');
      expect(checks).to.have.length(1);
      expect(checks[0]).to.include({ state: 'failed' });
      expect(checks[0]?.detail).to.include('not the version 3.2.0');
      expect(checks[0]?.remedy).to.include('agent.version');
    });
  }

  it('does not start it where none is pinned', async () => {
    const [found] = await look(`touch ${folder}/started; exit 1`);
    expect(found).to.include({ state: 'passed', detail: path.join(folder, 'kiro-cli') });
  });
});
