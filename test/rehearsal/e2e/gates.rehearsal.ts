import { expect } from 'chai';
import { runGit } from '../../../src/fakes/github/git/command.ts';
import { TOKENS } from '../../gates/made-tokens.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { WORKER_FILE } from '../../support/system/repository.ts';
import type { TestSystem } from '../../support/system/test-system.ts';
import { createTestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';

async function artifact(system: TestSystem, name: string): Promise<Record<string, unknown>> {
  const build = (await view.buildsOf(system)).at(-1);
  return JSON.parse(await view.artifactOf(system, build?.id ?? '', name));
}

describe('gates before hand-over', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('keeps a pull request below the threshold a draft, and names both figures', async () => {
    const files = { '.kiro-worker.yml': `${WORKER_FILE}baseline: allow-below-threshold\nrepairRounds: 0\n` };
    system = await createTestSystem({ tasks: TASKS, files, config: { coverageThreshold: 95 } });
    await system.run();
    await expectEnding(system, { kind: 'coverage-below', column: 'Needs a person', tasks: ['1'], words: /93\.3.*95/s });
    const { kind, thresholdPct, reason } = await artifact(system, 'reports/coverage.json');
    expect({ kind, thresholdPct }).to.deep.equal({ kind: 'below', thresholdPct: 95 });
    const { detail, findings } = await artifact(system, 'metadata.json');
    expect(detail).to.equal(reason);
    expect(findings).to.have.nested.property('[0].rule', 'coverage/below-threshold');
    expect(view.pullRequestOf(system).body).to.include('Coverage **FAILED**: 93.3');
  });

  it('pushes no secret that the agent wrote, and tells where it is but not what', async () => {
    const token = TOKENS.githubFine;
    const agentScript = `export const work = ({ write }) => write('src/a.js', ${JSON.stringify(`\nexport const t = '${token}';\n`)});`;
    system = await createTestSystem({ tasks: TASKS, agentScript });
    await system.run();
    await expectEnding(system, {
      kind: 'agent-touched-protected',
      column: 'Needs a person',
      tasks: [],
      words: /shape of a secret in src\/a\.js:2 \(github\)/,
    });
    const { findings } = await artifact(system, 'metadata.json');
    expect(findings).to.have.nested.property('[0].rule', 'secrets/found');
    expect(findings).to.have.nested.property('[0].line', 2);
    expect(JSON.stringify(findings)).to.not.include(token.slice(0, 20));
    const objects = await runGit(system.repository.directory, ['cat-file', '--batch-all-objects', '--batch']);
    expect(objects).to.not.include(token.slice(0, 20));
  });

  it('tells of packages in the pull request, and stops them where the rules say so', async () => {
    const agentScript = `export const work = ({ write }) => write('web/package.json', '{"dependencies":{"x":"evil/x"}}');`;
    system = await createTestSystem({
      tasks: TASKS,
      agentScript,
      files: { '.kiro-worker.yml': `${WORKER_FILE}gates: { dependencies/source: block }\n` },
    });
    await system.run();
    await expectEnding(system, {
      kind: 'gate-failed',
      column: 'Needs a person',
      tasks: ['1'],
      words: /dependencies: /,
    });
    const { findings } = await artifact(system, 'metadata.json');
    expect(JSON.stringify(findings)).to.include('x comes from evil/x').and.to.include('dependencies/added');
  });

  it('names the rule and the path of what the agent may not change', async () => {
    system = await createTestSystem({ tasks: TASKS, agent: 'edit-protected' });
    await system.run();
    await expectEnding(system, {
      kind: 'agent-touched-protected',
      column: 'Needs a person',
      tasks: [],
      words: /added(?:\\)?\.yml is protected/,
    });
    const { findings } = await artifact(system, 'metadata.json');
    expect(findings).to.have.nested.property('[0].rule', 'agent/protected-path');
    expect(findings).to.have.nested.property('[0].severity', 'error');
    expect(findings)
      .to.have.nested.property('[0].path')
      .that.matches(/^\.github\/workflows\/.*\.yml$/);
    expect(view.pullRequestOf(system).body).to.match(/- \*\*Error:\*\* .*\.yml: .* \(agent\/protected-path\)/);
  });

  it('takes no word of an agent that changed nothing', async () => {
    system = await createTestSystem({ tasks: TASKS, agent: 'change-nothing' });
    await system.run();
    await expectEnding(system, {
      kind: 'agent-changed-nothing',
      column: 'Needs a person',
      tasks: [],
      words: /One task/,
    });
  });
});
