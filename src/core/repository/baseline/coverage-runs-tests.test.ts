import { expect } from 'chai';
import type { Argv } from '../argv.ts';
import { coverageRunsTests } from './coverage-runs-tests.ts';

const argv = (text: string): Argv => {
  const [program = '', ...rest] = text.split(' ');
  return [program, ...rest];
};
const runs = (test: string, coverage: string | null, scripts: Record<string, string> = {}) =>
  coverageRunsTests(
    { test: argv(test), coverage: coverage === null ? null : argv(coverage) },
    JSON.stringify({ scripts }),
  );

describe('a coverage command that runs the tests', () => {
  it('is the test command with more options, or with something before it', () => {
    for (const [test, coverage] of [
      ['pytest', 'pytest --cov=src --cov-report xml'],
      ['python -m pytest', 'python -m pytest --cov'],
      ['go test ./...', 'go test -coverprofile cover.out ./...'],
      ['npm test', 'npx c8 npm test'],
      ['npm test', 'npm test'],
      ['npm test', 'npm test -- --coverage'],
    ] as const)
      expect(runs(test, coverage), coverage).to.equal(true);
  });

  it('is found in the scripts of package.json', () => {
    const scripts = {
      test: 'mocha --recursive',
      coverage: 'c8 --reporter=lcov mocha --recursive',
      cover: 'nyc npm test',
      deep: 'npm run cover',
      lint: 'eslint .',
      partly: 'c8 mocha test/unit',
      narrow: 'c8 mocha --recursive --grep fast',
    };
    for (const name of ['coverage', 'cover', 'deep'])
      expect(runs('npm test', `npm run ${name}`, scripts), name).to.equal(true);
    for (const name of ['lint', 'partly', 'narrow', 'absent', 'toString'])
      expect(runs('npm test', `npm run ${name}`, scripts), name).to.equal(false);
    expect(runs('yarn test', 'yarn coverage', { test: 'jest', coverage: 'jest --coverage' })).to.equal(true);
  });

  it('is none that runs less, something else, or nothing', () => {
    expect(runs('pytest', null)).to.equal(false);
    expect(runs('pytest', 'pytest --cov -k fast')).to.equal(false);
    expect(runs('go test ./...', 'go test ./core -cover')).to.equal(false);
    expect(runs('mvn test', 'mvn jacoco:report')).to.equal(false);
    expect(runs('npm test', 'npm run cover', { test: 'npm run test', cover: 'npm run cover' })).to.equal(false);
    expect(coverageRunsTests({ test: ['npm', 'test'], coverage: ['npm', 'run', 'c'] }, 'no JSON')).to.equal(false);
  });

  it('is whatever detection made of the test command', () => {
    const made = { test: ['mvn', 'verify'], coverageRunsTests: true } as const;
    expect(coverageRunsTests({ ...made, coverage: ['mvn', 'jacoco:prepare-agent', 'verify'] }, null)).to.equal(true);
    expect(coverageRunsTests({ ...made, coverage: null }, null)).to.equal(false);
  });
});
