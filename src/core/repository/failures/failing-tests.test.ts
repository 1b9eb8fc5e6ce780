import { expect } from 'chai';
import { failingTestsIn } from './failing-tests.ts';

const CASES: ReadonlyArray<readonly [runner: string, output: string, names: readonly string[]]> = [
  ['TAP', 'ok 1 - fine\nnot ok 2 - adds\n  ---\nnot ok 3 - later # TODO\n', ['adds']],
  ['node:test', '✔ fine (0.2ms)\n✖ adds (1.25ms)\nℹ fail 1\n✖ failing tests:\n\n✖ adds (1.25ms)\n', ['adds']],
  ['Vitest', ' × src/a.test.ts > adds 5ms\n', ['src/a.test.ts > adds']],
  ['Jest', '  ● sum › adds\n\n    expect(received)\n', ['sum › adds']],
  ['mocha', '  sum\n    ✔ fine\n    1) adds\n\n  1 failing\n', ['adds']],
  ['Go', '--- FAIL: TestAdd (0.00s)\n    --- FAIL: TestAdd/one (0.00s)\nFAIL\tx/y\t0.1s\n', ['TestAdd', 'TestAdd/one']],
  ['pytest', 'FAILED tests/test_a.py::test_add - assert 1 == 2\n', ['tests/test_a.py::test_add']],
  ['unittest', 'FAIL: test_add (tests.test_a.Sums)\n', ['test_add (tests.test_a.Sums)']],
];

describe('failing tests in an output', () => {
  for (const [runner, output, names] of CASES)
    it(`are named in the words of ${runner}`, () => {
      expect(failingTestsIn(output)).to.deep.equal(names);
    });

  it('are few and short, and none where none failed', () => {
    const many = Array.from({ length: 50 }, (_, at) => `not ok ${at} - ${at} ${'x'.repeat(5000)}`).join('\n');
    const names = failingTestsIn(many);
    expect(names).to.have.length(10);
    expect(Math.max(...names.map(({ length }) => length))).to.be.at.most(120);
    expect(failingTestsIn('ok 1 - a\n✔ b\nPASS src/a.test.ts\n--- PASS: TestA (0.00s)\n')).to.deep.equal([]);
  });
});
