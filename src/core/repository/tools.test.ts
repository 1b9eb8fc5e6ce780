import { expect } from 'chai';
import type { Argv } from './argv.ts';
import { toolsOf } from './tools.ts';

const NONE = { install: [], coverage: null };
const proofs = (commands: { install?: readonly Argv[]; test: Argv; coverage?: Argv | null }) =>
  toolsOf({ ...NONE, ...commands }).map(({ proof }) => proof.join(' '));

describe('tools that commands need', () => {
  it('are asked for their version, each once', () => {
    expect(proofs({ install: [['npm', 'ci']], test: ['npm', 'test'], coverage: ['npx', 'c8'] })).to.deep.equal([
      'npm --version',
      'npx --version',
    ]);
    expect(proofs({ install: [['go', 'mod', 'download']], test: ['go', 'test'] })).to.deep.equal(['go version']);
    expect(proofs({ test: ['java', '-jar', 'tests.jar'] })).to.deep.equal(['java -version']);
  });

  it('are Python and pip where pip installs', () => {
    const install: Argv[] = [['python3', '-m', 'pip', 'install', '--requirement', 'requirements.txt']];
    expect(proofs({ install, test: ['python3', '-m', 'pytest'] })).to.deep.equal([
      'python3 --version',
      'python3 -m pip --version',
    ]);
  });

  it('are what can make a virtual environment, where one is made', () => {
    expect(
      proofs({ install: [['python3', '-m', 'venv', '.venv']], test: ['.venv/bin/python', '-m', 'pytest'] }),
    ).to.deep.equal(['python3 -c import ensurepip, venv']);
  });

  it('are those of each command in a script', () => {
    const test: Argv = ['sh', '-c', "(cd 'web app' && npm test) && (cd api && go test ./...)"];
    expect(proofs({ test })).to.deep.equal(['npm --version', 'go version']);
    expect(proofs({ test: ['sh', '-c', 'gradle test | tee "$HOME/log"'] })).to.deep.equal([]);
  });

  it('are not what the branch has, what install may bring, or what nobody knows', () => {
    for (const program of ['./gradlew', 'bin/test', 'pytest', 'poetry', 'constructor', 'run-tests'])
      expect(proofs({ test: [program] }), program).to.deep.equal([]);
    expect(proofs({ install: [['./mvnw', 'package']], test: ['uv', 'run'] })).to.deep.equal([]);
    expect(proofs({ install: [['uv', 'sync']], test: ['uv', 'run'] })).to.deep.equal(['uv --version']);
  });
});
