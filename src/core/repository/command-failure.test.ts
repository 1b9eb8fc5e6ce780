import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import fc from 'fast-check';
import type { Argv } from './argv.ts';
import { describeFailure, type FailedCommand } from './command-failure.ts';
import { parseRepositoryFile } from './repository-file.ts';

/** What tools really wrote. */
const OUTPUTS = path.resolve(import.meta.dirname, '../../../test/fixtures/command-outputs');

const failed = (parts: Partial<FailedCommand> = {}): FailedCommand => ({
  name: 'install',
  command: ['npm', 'ci'],
  source: 'detected from package-lock.json',
  ecosystem: 'npm',
  endedBy: 'exit',
  exitCode: 1,
  output: '',
  ...parts,
});

const commands = (parts: Partial<NonNullable<FailedCommand['commands']>> = {}) => ({
  folder: '.',
  install: [['npm', 'ci']] as const,
  test: ['npm', 'test'] as const,
  coverage: null,
  ...parts,
});

const STALE =
  'npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.\n';

describe('describeFailure', () => {
  it('names command, source, end, cause and remedy, with lines to paste', () => {
    expect(describeFailure(failed({ output: STALE, commands: commands() }))).to.deep.include({
      command: 'npm ci',
      source: 'detected from package-lock.json',
      ended: 'exit code 1',
      what: 'The install command (npm ci) ended with exit code 1. Its output says that package-lock.json does not fit package.json.',
      yaml: 'install: npm install --no-audit --no-fund',
      actsNext: 'author',
    });
  });

  it('keeps folder, other steps and the way the package manager is started', () => {
    const command = ['npx', '--yes', 'pnpm@9', 'install', '--frozen-lockfile'] as const;
    const output = 'ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile"';
    const install = [command, ['npm', 'run', 'build']] as const;
    const { yaml } = describeFailure(failed({ command, output, commands: commands({ folder: 'web', install }) }));
    expect(parseRepositoryFile(yaml ?? '', 'x')).to.deep.include({
      folder: 'web',
      install: [
        ['npx', '--yes', 'pnpm@9', 'install', '--no-frozen-lockfile'],
        ['npm', 'run', 'build'],
      ],
    });
  });

  it('advises no other command where a script of the repository starts the package manager', () => {
    const { yaml, remedy } = describeFailure(
      failed({ command: ['make', 'deps'], output: STALE, commands: commands() }),
    );
    expect(yaml).to.equal(null);
    expect(remedy).to.include('commit what it changes');
  });

  it('names the limit, the setting that raises it, and doubles it', () => {
    const limit = { minutes: 20, setting: 'testMinutes' } as const;
    const told = describeFailure(
      failed({ name: 'test', command: ['npm', 'test'], endedBy: 'timeout', exitCode: null, limit }),
    );
    expect(told.ended).to.equal(
      'its time limit of 20 minutes ("timeouts.testMinutes" of a .kiro-worker.yml raises it)',
    );
    expect(told.what).to.include('was stopped at its time limit of 20 minutes');
    expect(parseRepositoryFile(told.yaml ?? '', 'x').timeouts.testMinutes).to.equal(40);
    const build = describeFailure(
      failed({ endedBy: 'timeout', exitCode: null, limit: { minutes: 0.01, setting: null } }),
    );
    expect(build.ended).to.include('codeBuildTimeoutMinutes');
    expect(build).to.deep.include({ yaml: null, actsNext: 'operator' });
  });

  it('takes a killed program for one without memory, and a machine without it for the operator', () => {
    expect(describeFailure(failed({ exitCode: 137 })).actsNext).to.equal('operator');
    expect(
      describeFailure(failed({ output: 'FATAL ERROR: JavaScript heap out of memory', exitCode: 134 })).yaml,
    ).to.equal('install: env NODE_OPTIONS=--max-old-space-size=4096 npm ci');
  });

  it('never advises to mend the code for what keeps tests from running', () => {
    for (const output of [
      'sh: 1: mocha: not found',
      'error: unrecognized arguments: --cov',
      'No tests found, exiting with code 1',
      'ENOSPC',
    ])
      expect(describeFailure(failed({ name: 'test', output })).remedy, output).to.not.match(/fix the code/i);
    expect(describeFailure(failed({ name: 'test', output: '1 failing' })).remedy).to.match(/^Fix the code/);
  });

  it('shows the last 20 lines as a terminal would, with the cause above them', () => {
    const bar = Array.from({ length: 500 }, (_, at) => `\r\u001b[2K[${'='.repeat(at % 50)}] ${at}/500`).join('');
    const lines = Array.from({ length: 60 }, (_, at) => `line ${at}`);
    const { why } = describeFailure(failed({ output: `\u001b[31m${STALE}\u001b[0m${lines.join('\n')}\n${bar}\n\n\n` }));
    const shown = why.split('\n');
    expect(shown).to.have.length(20);
    expect(shown.slice(0, 2)).to.deep.equal([
      'npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.',
      '…',
    ]);
    expect(shown.slice(-2)).to.deep.equal(['line 59', `[${'='.repeat(49)}] 499/500`]);
  });

  it('promises lines to paste where it shows some, which change something and can be read', () => {
    const ways: Array<[FailedCommand['command'], Argv]> = [
      [
        ['npm', 'ci'],
        ['npm', 'test'],
      ],
      [
        ['pnpm', 'install', '--frozen-lockfile'],
        ['pnpm', 'test'],
      ],
      [
        ['python3', '-m', 'pip', 'install', '-r', 'requirements.txt'],
        ['python3', '-m', 'pytest'],
      ],
      [
        ['mvn', 'verify'],
        ['./mvnw', 'verify'],
      ],
      [
        ['make', 'deps'],
        ['make', 'test'],
      ],
      [
        ['sh', '-c', 'cd web && pnpm install'],
        ['sh', '-c', '(cd web && pnpm test) && (cd api && go test ./...)'],
      ],
    ];
    for (const file of readdirSync(OUTPUTS)) {
      const output = readFileSync(path.join(OUTPUTS, file), 'utf8');
      for (const [install, test] of ways)
        for (const name of ['install', 'test'] as const) {
          const all = commands({ install: [install], test });
          const command = name === 'install' ? install : test;
          const { yaml, remedy } = describeFailure(failed({ name, command, output, commands: all }));
          const where = `${file} ${command.join(' ')}: ${remedy}\n${yaml}`;
          expect(/ below/.test(remedy.replace('only below', '').replace('below 1024', '')), where).to.equal(
            yaml !== null,
          );
          expect(remedy, where).to.match(/[^.]\.$/);
          if (yaml === null) continue;
          const read = parseRepositoryFile(yaml, 'x');
          expect({ install: read.install ?? [install], test: read.test ?? test }, where).to.not.deep.equal({
            install: [install],
            test,
          });
        }
    }
  });

  it('lets no renewal of a lock file, no package and no virtual environment come to another folder than the command', () => {
    const test: Argv = ['sh', '-c', '(cd api && go test ./...) && (cd web && npm test)'];
    for (const output of [
      'missing go.sum entry for module',
      'error: externally-managed-environment',
      "Cannot find module '@vitest/coverage-v8'",
    ]) {
      const told = describeFailure(failed({ name: 'test', command: test, output, commands: commands({ test }) }));
      expect(told.sign, output).to.not.equal(null);
      expect(told.yaml, output).to.equal(null);
    }
  });

  it('gives a JVM a larger heap beside the options that it has', async () => {
    const { yaml } = describeFailure(
      failed({ name: 'test', command: ['printenv', 'JAVA_TOOL_OPTIONS'], output: 'java.lang.OutOfMemoryError: x' }),
    );
    const [program = '', ...args] = parseRepositoryFile(yaml ?? '', 'x').test ?? [];
    const { stdout } = await execa(program, args, { env: { JAVA_TOOL_OPTIONS: '-Duser.home=/tmp/home' } });
    expect(stdout).to.equal('-Duser.home=/tmp/home -Xmx2g');
  });

  it('reads what is in UTF-16', () => {
    const output = Buffer.from("Error: Cannot find module 'x'\r\nnpm failed\r\n", 'utf16le').toString('utf8');
    const told = describeFailure(failed({ name: 'test', output }));
    expect(told.sign).to.equal('node-module-missing');
    expect(told.why).to.equal("Error: Cannot find module 'x'\nnpm failed");
  });

  it('writes any command so that it reads back as the same', () => {
    const word = fc.oneof(
      fc.string({ minLength: 1, maxLength: 12 }),
      fc.constantFrom("it's", 'a b', '$HOME', 'a"b', '#x', 'yes', '- a', 'ünï', '\\'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (rest) => {
        const test = ['npm', ...rest.filter((one) => !one.includes('\0'))] as const;
        const told = describeFailure(
          failed({
            name: 'test',
            command: test,
            output: 'JavaScript heap out of memory',
            commands: commands({ test }),
          }),
        );
        const { test: read } = parseRepositoryFile(told.yaml ?? '', 'x');
        expect(read).to.deep.equal(['env', 'NODE_OPTIONS=--max-old-space-size=4096', ...test]);
      }),
    );
  });
});
