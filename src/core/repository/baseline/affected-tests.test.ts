import { expect } from 'chai';
import type { Argv } from '../argv.ts';
import { affectedTests } from './affected-tests.ts';

describe('affectedTests', () => {
  const rows: ReadonlyArray<[command: Argv, files: string[], affected: string | null]> = [
    [['npx', 'jest', '--ci'], ['src/a.ts'], 'npx jest --ci --findRelatedTests src/a.ts'],
    [['npx', '--no-install', 'jest'], ['a.js', 'b.mjs'], 'npx --no-install jest --findRelatedTests a.js b.mjs'],
    [
      ['node_modules/.bin/vitest', 'run', '--coverage'],
      ['a.tsx'],
      'node_modules/.bin/vitest related --run --coverage a.tsx',
    ],
    [['npx', 'vitest', 'run'], ['src/a.ts', 'package.json'], null],
    [['npx', 'vitest'], ['a.ts'], null],
    [['npx', 'vitest', 'run', 'unit'], ['a.ts'], null],
    [['npx', 'jest'], [], null],
    [['npx', 'jest'], ['-o.js'], null],
    [['npm', 'test'], ['a.ts'], null],
    [['python', '-m', 'pytest'], ['a.py'], null],
  ];
  for (const [command, files, affected] of rows)
    it(`of ${command.join(' ')} for ${files.join(', ') || 'nothing'} is ${affected ?? 'not known'}`, () => {
      expect(affectedTests(command, files)?.join(' ') ?? null).to.equal(affected);
    });
});
