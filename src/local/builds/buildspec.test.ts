import { expect } from 'chai';
import { parseBuildspec } from './buildspec.ts';

describe('parseBuildspec', () => {
  it('returns phases, variables and shell, and leaves out what belongs to AWS', () => {
    const buildspec = parseBuildspec(`
      version: 0.2
      env: { shell: bash, variables: { PORT: 8080, DEBUG: true, NAME: x }, exported-variables: [NAME] }
      phases:
        install: { runtime-versions: { nodejs: 24 }, run-as: root }
        build:
          on-failure: ABORT
          commands: [make, 'echo "a: b"']
          finally: [make clean]
      reports: { tests: { files: [junit.xml], base-directory: reports, file-format: JUNITXML } }
      artifacts: { files: ['**/*'] }
      cache: { paths: [x] }
    `);
    expect(buildspec).to.deep.equal({
      shell: 'bash',
      variables: { PORT: '8080', DEBUG: 'true', NAME: 'x' },
      phases: {
        install: { commands: [], finally: [], onFailure: 'default' },
        build: { commands: ['make', 'echo "a: b"'], finally: ['make clean'], onFailure: 'ABORT' },
      },
    });
  });

  const refused: Record<string, [text: string, ...problems: RegExp[]]> = {
    'another version': ['version: 0.1\nphases: {build: {commands: [a]}}', /version: must be 0\.2/],
    'a command that YAML reads as a mapping': [
      'version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b',
      /phases\.build\.commands\[0\]: must be one text/,
    ],
    'an unknown phase and an unknown key of a phase, both at once': [
      'version: 0.2\nphases: {deploy: {commands: [a]}, build: {command: [a]}}',
      /phases: .*deploy/,
      /phases\.build: .*command/,
    ],
    'no command at all': ['version: 0.2\nphases: {build: {commands: []}}', /phases: must contain at least one command/],
    'a secret, which would end the build before the worker can explain': [
      'version: 0.2\nenv: {secrets-manager: {A: b}}\nphases: {build: {commands: [a]}}',
      /env\.secrets-manager: cannot be resolved/,
    ],
    'an unknown report format': [
      'version: 0.2\nphases: {build: {commands: [a]}}\nreports: {tests: {files: a, file-format: TAP}}',
      /reports\.tests\.file-format/,
    ],
    'a variable that no process can have': [
      'version: 0.2\nenv: {variables: {A-B: c}}\nphases: {build: {commands: [a]}}',
      /env\.variables\.A-B/,
    ],
    'what is no YAML': ['version: [', /flow|unexpected|expected/i],
    'an empty file': ['', /document|object/],
  };
  for (const [what, [text, ...problems]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      let message = '';
      try {
        parseBuildspec(text);
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).to.contain('[RELEASE_INVALID]');
      for (const problem of problems) expect(message).to.match(problem);
    });
  }
});
