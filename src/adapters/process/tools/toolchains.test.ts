import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { sandboxScene } from '../../../../test/support/scenes/sandbox.ts';
import type { ToolName } from '../../../core/repository/tool-need.ts';
import { untrustedEnvironment } from '../untrusted-environment.ts';
import { createToolchains } from './toolchains.ts';

describe('tool chains of a machine', () => {
  const { create, directory } = sandboxScene();
  let home: string;
  let bin: string;
  beforeEach(() => {
    home = join(directory(), 'home');
    bin = join(directory(), 'bin');
    mkdirSync(bin);
  });

  function place(path: string, script: string): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return path;
  }
  /** The tool chains below the test's own folder; the machine's own are none of its business. */
  async function list(tool: ToolName, env: Record<string, string> = {}) {
    const sandbox = await create({ user: 'none' });
    const from = { PATH: bin, ...env };
    const commandEnvironment = { ...untrustedEnvironment({ home: sandbox.home, from, homes: [] }), PATH: bin };
    const links = join(directory(), 'links');
    const toolchains = createToolchains({ sandbox, commandEnvironment, env: from, homes: [home], links });
    const { usable, closed } = await toolchains.list({ tool });
    const isOwn = ({ program }: { program: string }) => program.startsWith(directory());
    return { usable: usable.filter(isOwn), closed: closed.filter(isOwn) };
  }

  it('names each version with the folder that leads to it; the default needs none', async () => {
    const own = place(join(bin, 'node'), 'echo v24.21.0');
    const other = place(join(home, '.nvm/versions/node/v20.20.2/bin/node'), 'echo v20.20.2');
    expect((await list('node')).usable).to.deep.equal([
      { tool: 'node', version: '24.21.0', program: own, isDefault: true, folder: null, variables: {} },
      { tool: 'node', version: '20.20.2', program: other, isDefault: false, folder: dirname(other), variables: {} },
    ]);
  });

  it('gives the folder of a version itself in place of a shim, which asks the files of the branch', async () => {
    const real = place(join(home, '.pyenv/versions/3.11.7/bin/python3'), 'echo Python 3.11.7');
    place(join(home, '.pyenv/versions/3.12.1/bin/python3'), 'echo Python 3.12.1');
    const shims = join(home, '.pyenv/shims');
    place(join(shims, 'python3'), '[ ! -e .python-version ] || exit 1; echo Python 3.11.7');
    bin = shims;
    const { usable } = await list('python');
    expect(usable.map(({ version, isDefault }) => [version, isDefault])).to.deep.equal([
      ['3.11.7', true],
      ['3.12.1', false],
    ]);
    expect(usable[0]).to.include({ program: real, folder: dirname(real) });
  });

  it('gives a Python that lies beside other programs a folder with itself alone', async () => {
    place(join(bin, 'python3'), 'echo Python 3.11.2');
    const other = place(join(bin, 'python3.12'), 'echo Python 3.12.4');
    place(join(bin, 'node'), 'echo v20.0.0');
    const { usable } = await list('python');
    const found = usable.find(({ version }) => version === '3.12.4');
    expect(found?.program).to.equal(other);
    expect(readFileSync(join(found?.folder ?? '', 'python3'), 'utf8')).to.equal(readFileSync(other, 'utf8'));
    expect(found?.folder).not.to.equal(bin);
  });

  it('takes the JDK of JAVA_HOME for the default, knows those that variables name, and no runtime without compiler', async () => {
    const jdk = (version: string) => {
      const folder = join(directory(), `java-${version}`);
      place(join(folder, 'bin/javac'), 'true');
      place(
        join(folder, 'bin/java'),
        `echo 'Picked up JAVA_TOOL_OPTIONS: -Duser.home=/9.9' >&2; echo 'openjdk version "${version}" 2025-01-01' >&2`,
      );
      return folder;
    };
    place(join(home, '.sdkman/candidates/java/17-jre/bin/java'), `echo 'openjdk version "17.0.1"'`);
    place(join(bin, 'java'), `echo 'openjdk version "25"'`);
    const env = { JAVA_HOME: jdk('21.0.4'), JAVA_17_HOME: jdk('17.0.15'), JAVA_HOME_11_X64: jdk('11.0.2') };
    const { usable } = await list('jdk', env);
    expect(usable.map(({ version }) => version)).to.deep.equal(['21.0.4', '17.0.15', '11.0.2']);
    expect(usable.map(({ isDefault }) => isDefault)).to.deep.equal([true, false, false]);
    const variables = { JAVA_HOME: env.JAVA_17_HOME, JDK_HOME: env.JAVA_17_HOME };
    expect(usable[1]).to.deep.include({ folder: join(env.JAVA_17_HOME, 'bin'), variables });
  });

  it('keeps apart what is there and does not start, and why', async () => {
    const broken = place(join(home, 'sdk/go1.22.0/bin/go'), 'echo "libc is missing" >&2; exit 127');
    place(join(bin, 'go'), 'echo go version go1.26.8 linux/amd64');
    const { usable, closed } = await list('go');
    expect(usable.map(({ version }) => version)).to.deep.equal(['1.26.8']);
    expect(closed).to.deep.equal([{ program: broken, obstacle: 'libc is missing' }]);
  });

  it('shows each program once, however many links lead to it, and no program twice as default', async () => {
    const real = place(join(home, '.goenv/versions/1.25.7/bin/go'), 'echo go version go1.25.7 linux/amd64');
    symlinkSync(dirname(dirname(real)), join(home, '.goenv/versions/1.25'));
    symlinkSync(real, join(bin, 'go'));
    expect((await list('go')).usable.map(({ version, isDefault }) => [version, isDefault])).to.deep.equal([
      ['1.25.7', true],
    ]);
  });

  for (const [tool, program, said, version] of [
    ['maven', 'mvn', 'Apache Maven 3.8.7 (abc)\nMaven home: /usr/share/maven', '3.8.7'],
    ['gradle', 'gradle', '\n------------\nGradle 8.14.4\n------------\nKotlin: 2.0.21', '8.14.4'],
    ['poetry', 'poetry', 'Poetry (version 2.1.3)', '2.1.3'],
    ['npm', 'npm', '11.19.1', '11.19.1'],
  ] as const)
    it(`reads the version of ${program}`, async () => {
      place(join(bin, program), `printf '${said.replaceAll('\n', '\\n')}\\n'`);
      expect((await list(tool)).usable.map((one) => one.version)).to.deep.equal([version]);
    });

  it('finds nothing where there is nothing', async () => {
    expect(await list('uv')).to.deep.equal({ usable: [], closed: [] });
  });
});
