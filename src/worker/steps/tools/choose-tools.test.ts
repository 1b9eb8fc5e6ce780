import { expect } from 'chai';
import type { FoundToolchains, Toolchain } from '../../../core/ports/toolchains.ts';
import type { Commands } from '../../../core/repository/commands.ts';
import { parseRepositoryFile } from '../../../core/repository/repository-file.ts';
import type { ToolName, ToolNeed } from '../../../core/repository/tool-need.ts';
import { chooseTools } from './choose-tools.ts';

const node = (version: string): Toolchain => ({
  ...{ tool: 'node', version, program: `/n/${version}/bin/node`, isDefault: version === '24.21.0' },
  ...{ folder: version === '24.21.0' ? null : `/n/${version}/bin`, variables: {} },
});
const jdk: Toolchain = {
  ...{ tool: 'jdk', version: '17.0.15', program: '/jdk/bin/java', isDefault: true },
  ...{ folder: '/jdk/bin', variables: { JAVA_HOME: '/jdk' } },
};
const MACHINE: Partial<Record<ToolName, FoundToolchains>> = {
  node: {
    usable: [node('24.21.0'), node('20.20.2')],
    closed: [{ program: '/home/me/.nvm/node', obstacle: 'Permission denied' }],
  },
  jdk: { usable: [jdk], closed: [] },
};

describe('tools for a repository', () => {
  let said: string[];
  let asked: ToolName[];
  beforeEach(() => {
    said = [];
    asked = [];
  });

  function choose(needs: readonly ToolNeed[], file = '') {
    const commands: Commands = {
      ...{ folder: '.', install: [], test: ['npm', 'test'], coverage: null, reports: { tests: [], coverage: [] } },
      ...{ source: 'here', ecosystem: 'npm', detectedBy: [], needs },
    };
    const repositoryFile = file === '' ? null : parseRepositoryFile(file, '.kiro-worker.yml of main');
    const context = {
      commandEnvironment: { PATH: '/usr/bin', HOME: '/h' },
      reportProgress: ({ text }: { text: string }) => void said.push(text),
      toolchains: {
        async list({ tool }: { tool: ToolName }) {
          asked.push(tool);
          return MACHINE[tool] ?? { usable: [], closed: [] };
        },
      },
    };
    return chooseTools(context, { commands, repositoryFile });
  }
  const need = (tool: ToolName, wanted: string | null, by: string): ToolNeed => ({ tool, wanted, by });

  it('puts the folder of each first on the PATH, adds its variables, and says which they are', async () => {
    const chosen = await choose([need('node', '20', '.nvmrc'), need('jdk', '17', 'pom.xml')]);
    expect(chosen).to.deep.include({ environment: { PATH: '/n/20.20.2/bin:/jdk/bin:/usr/bin', JAVA_HOME: '/jdk' } });
    expect(said).to.deep.equal([
      'Commands run with node 20.20.2: /n/20.20.2/bin/node',
      'Commands run with jdk 17.0.15: /jdk/bin/java',
    ]);
  });

  it('looks at no tool that nobody asks a version of, and changes nothing', async () => {
    expect(await choose([need('node', null, 'package.json'), need('npm', '10', 'package.json')])).to.deep.include({
      environment: {},
    });
    expect(asked).to.deep.equal([]);
  });

  it('ends the run with every need that nothing meets, what is here, and lines that take it', async () => {
    const ended = await choose([need('node', '18', '.nvmrc'), need('python', '>=3.9', 'pyproject.toml')]);
    expect(ended).to.deep.include({ stage: 'ended', kind: 'setup-failed' });
    if (!('stage' in ended)) return expect.fail('The run goes on.');
    expect(ended.detail.split('\n').slice(1)).to.deep.equal([
      'node 18 (.nvmrc). Here: 24.21.0, 20.20.2. /home/me/.nvm/node does not start: Permission denied.',
      'python >=3.9 (pyproject.toml). None is here.',
    ]);
    const lines = (ended.remedy ?? '').split('\n').slice(1).join('\n');
    expect(lines).to.equal('tools:\n  node: "24"');
    const again = await choose([need('node', '18', '.nvmrc')], lines);
    expect(again).to.deep.include({ environment: {} });
  });

  it("follows .kiro-worker.yml against the repository's other files", async () => {
    const chosen = await choose([need('node', '18', '.nvmrc')], 'tools: { node: 20 }');
    expect(chosen).to.deep.include({ environment: { PATH: '/n/20.20.2/bin:/usr/bin' } });
  });
});
