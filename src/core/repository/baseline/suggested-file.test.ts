import { expect } from 'chai';
import type { Commands } from '../commands.ts';
import { parseRepositoryFile } from '../repository-file.ts';
import { suggestFile } from './suggested-file.ts';

const COMMANDS: Commands = {
  ...{ folder: 'packages/app', test: ['npm', 'test', '--', 'a b', '$x'], coverage: null, source: 'here' },
  install: [
    ['python3', '-m', 'venv', '.venv'],
    ['.venv/bin/pip', 'install', '-e', '.[test]', "it's", 'a "b" $c'],
  ],
  reports: { tests: ['reports/*.xml'], coverage: [] },
  ...{ ecosystem: null, detectedBy: [], needs: [] },
};

describe('a suggested .kiro-worker.yml', () => {
  it('says the same when it is read again', () => {
    for (const commands of [
      COMMANDS,
      { ...COMMANDS, install: [], coverage: ['npm', 'run', 'coverage'] as const },
      { ...COMMANDS, folder: '.', install: [['npm', 'ci'] as const], test: ['true'] as const },
    ]) {
      const read = parseRepositoryFile(suggestFile(commands, { present: null }), 'pasted');
      const { folder, install, test, coverage, reports } = commands;
      expect(read).to.deep.include({ folder, install, test, coverage: coverage ?? false, reports });
    }
  });

  it('keeps what the present one sets, and allows what the base line needs', () => {
    const present = parseRepositoryFile(
      'protectedPaths: [db/**]\ncoverageThreshold: 90\ntimeouts: {testMinutes: 5}\nbaseline: {allowFailures: [old]}\ngates: {tests/flaky: block}\nrepairRounds: 0\nverifyEachTask: true',
      'here',
    );
    const { source: _, ...read } = parseRepositoryFile(suggestFile(COMMANDS, { present, allow: ['new: "one"'] }), 'x');
    expect(read).to.deep.include({
      protectedPaths: ['db/**'],
      coverageThreshold: 90,
      timeouts: { installMinutes: null, testMinutes: 5 },
      gates: { 'tests/flaky': 'block' },
      ...{ repairRounds: 0, repeatFailedTests: false, verifyEachTask: true },
      baseline: { allowFailures: ['old', 'new: "one"'], allowKnownFailures: false, allowBelowThreshold: false },
    });
    const below = parseRepositoryFile(suggestFile(COMMANDS, { present, allow: 'below-threshold' }), 'x');
    expect(below.baseline.allowBelowThreshold).to.equal(true);
  });

  it('allows by a word what are more names than it may have', () => {
    const allow = Array.from({ length: 200 }, (_, i) => `new ${i}`);
    const present = parseRepositoryFile('baseline: {allowFailures: [old]}', 'here');
    const both = parseRepositoryFile(suggestFile(COMMANDS, { present, allow }), 'x').baseline;
    expect(both).to.deep.include({ allowFailures: ['old'], allowKnownFailures: true });
    const single = parseRepositoryFile(suggestFile(COMMANDS, { present: null, allow }), 'x').baseline;
    expect(single).to.deep.include({ allowFailures: allow, allowKnownFailures: false });
  });
});
