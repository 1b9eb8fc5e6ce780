import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { sandboxScene } from '../../../../test/support/scenes/sandbox.ts';
import { createWorkspaceFiles } from '../../../adapters/files/workspace-files.ts';
import { createToolchains } from '../../../adapters/process/tools/toolchains.ts';
import { untrustedEnvironment } from '../../../adapters/process/untrusted-environment.ts';
import { findCommands } from '../find-commands.ts';
import { chooseTools } from './choose-tools.ts';

const NODE_PROJECT = {
  'package.json': JSON.stringify({
    name: 'x',
    version: '1.0.0',
    engines: { node: '>=18 <23' },
    scripts: { test: 'node t.js' },
  }),
  'package-lock.json': '{"lockfileVersion": 3}',
  '.npmrc': 'engine-strict=true\n',
  't.js': '',
  'test/t.test.js': '',
};
const PYTHON_PROJECT = {
  'pyproject.toml': '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["pytest"]\n',
  'tests/test_x.py': 'def test_x(): pass\n',
};

describe("versions of tools, from a repository's files to a command that runs", () => {
  const { create, directory } = sandboxScene();
  const bin = () => join(directory(), 'bin');
  const home = () => join(directory(), 'home');

  function program(path: string, said: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${said}\n`, { mode: 0o755 });
  }

  /** What `name` says of itself in the repository's folder, as install and tests would start it; else how the run ends. */
  async function versionOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const workspace = join(directory(), 'workspace');
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(workspace, file)), { recursive: true });
      writeFileSync(join(workspace, file), text);
    }
    const sandbox = await create({ user: 'none' });
    const base = untrustedEnvironment({ home: sandbox.home, from: { PATH: bin() }, homes: [] });
    const commandEnvironment = { ...base, PATH: `${bin()}:/usr/bin:/bin` };
    const toolchains = createToolchains({
      ...{ sandbox, commandEnvironment, env: { PATH: bin() }, homes: [home()] },
      links: join(directory(), 'links'),
    });
    const found = await findCommands({ files: createWorkspaceFiles(workspace), repositoryFile: null, env: {} });
    const context = { toolchains, commandEnvironment, reportProgress: () => {} };
    const commands = await chooseTools(context, { commands: found, repositoryFile: null });
    if ('stage' in commands) return commands.detail;
    const env = { ...commandEnvironment, ...commands.environment };
    const { stdoutTail } = await sandbox.run({ command: [name, '--version'], cwd: workspace, env, timeoutMs: 60_000 });
    return stdoutTail.trim();
  }

  beforeEach(() => {
    program(join(bin(), 'node'), 'echo v97.1.0');
    program(join(home(), '.nvm/versions/node/v20.98.1/bin/node'), 'echo v20.98.1');
    // A version manager that obeys the files of the folder that it works in.
    program(join(home(), '.pyenv/shims/python3'), '[ ! -e .python-version ] || exit 3; echo Python 3.97.1');
    program(join(home(), '.pyenv/versions/3.97.1/bin/python3'), 'echo Python 3.97.1');
    program(join(home(), '.pyenv/versions/3.98.7/bin/python3'), 'echo Python 3.98.7');
  });

  it('is the Node of .nvmrc', async () => {
    expect(await versionOf('node', { ...NODE_PROJECT, '.nvmrc': '20\n' })).to.equal('v20.98.1');
  });

  it('is the Node that engines allow', async () => {
    expect(
      await versionOf('node', { ...NODE_PROJECT, 'package.json': NODE_PROJECT['package.json'].replace('<23', '<21') }),
    ).to.match(/^v20\./);
  });

  it("is the machine's own Node where the repository does not mind", async () => {
    const files = { ...NODE_PROJECT, 'package.json': NODE_PROJECT['package.json'].replace('>=18 <23', '>=18') };
    expect(await versionOf('node', files)).to.equal('v97.1.0');
  });

  it('is the Python of .python-version, in the folder that has that file', async () => {
    expect(await versionOf('python3', { ...PYTHON_PROJECT, '.python-version': '3.98\n' })).to.equal('Python 3.98.7');
  });

  it('is none of another, which is told before anything is installed', async () => {
    const told = await versionOf('python3', { ...PYTHON_PROJECT, '.python-version': '3.96\n' });
    expect(told).to.match(/python 3\.96 \(\.python-version\)\. Here: .*3\.98\.7/);
  });
});
