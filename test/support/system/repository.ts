import type { FileChange } from '../../../src/fakes/github/git/commits.ts';

/** Branch, folder and board of the small repository that end-to-end tests work on. */
export const PLACE = {
  owner: 'acme',
  repository: 'acme/slugs',
  name: 'slugs',
  projectNumber: 7,
  branch: 'feature/slugs',
  specFolder: '.kiro/specs/feature/slugs',
  card: 'Better slugs',
  columns: ['Backlog', 'For Implementation', 'In Progress', 'In Review', 'Needs a person', 'Done'],
} as const;

type Files = Readonly<Record<string, FileChange>>;

/** 12 of its 13 lines are covered by its test: 92.3 %. */
const SLUG = `/** Makes a slug. */
export function slug(text) {
  return text.trim().toLowerCase().replaceAll(' ', '-');
}

/** Returns whether a text is one. */
export function isSlug(text) {
  return /^[a-z-]+$/.test(text);
}

export const never = () => {
  return 'nobody calls this';
};
`;

const SLUG_TEST = `import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { isSlug, slug } from '../src/slug.js';

// What scripted agents write has nothing to call.
const folder = new URL('../src/', import.meta.url);
for (const name of readdirSync(folder).filter((one) => /^(?:a|made-.+|scripted-.+)\\.js$/.test(one))) await import(new URL(name, folder));

test('makes a slug', () => assert.equal(slug(' Two Words '), 'two-words'));
test('knows a slug', () => assert.ok(isSlug('two-words')));
`;

const REPORTERS = [
  '--test-reporter=junit',
  '--test-reporter-destination=reports/junit.xml',
  '--test-reporter=lcov',
  '--test-reporter-destination=reports/lcov.info',
];

/** `.kiro-worker.yml`: one run of node:test gives both reports, which keeps a whole worker run near a second. By the Node of the tests,
 *  since the machine's own may be older. */
export const WORKER_FILE = [
  'install: false',
  `test: [${JSON.stringify(process.execPath)}, --test, --test-isolation=none, --experimental-test-coverage, ${REPORTERS.join(', ')}]`,
  'coverage: false',
  'reports:',
  '  tests: reports/junit.xml',
  '  coverage: reports/lcov.info',
  '',
].join('\n');

/** Files of the base branch. */
export const REPOSITORY_FILES: Files = {
  'README.md': '# Slugs\n',
  'package.json': `${JSON.stringify({ name: 'slugs', private: true, type: 'module' }, null, 2)}\n`,
  '.kiro-worker.yml': WORKER_FILE,
  'reports/.gitignore': '*\n!.gitignore\n',
  'src/slug.js': SLUG,
  'test/slug.test.js': SLUG_TEST,
};

export const TASKS = `# Implementation Plan

- [ ] 1. Lower the case
  - Every letter
- [ ] 2. Drop accents
  - _Requirements: 1.1_
- [ ]* 3. Try many texts
`;

/** Files of a spec folder. */
export function specFiles(tasks: string, folder: string = PLACE.specFolder): Files {
  return {
    [`${folder}/requirements.md`]: '# Requirements\n\n1.1 Slugs are plain.\n',
    [`${folder}/design.md`]: '# Design\n\nOne function each.\n',
    [`${folder}/tasks.md`]: tasks,
  };
}
