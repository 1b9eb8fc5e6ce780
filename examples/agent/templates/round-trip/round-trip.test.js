import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDuration } from '../src/describe.js';
import { parseDuration } from '../src/durations.js';

test('parseDuration reads back what describeDuration writes', () => {
  for (let ms = 1; ms < 2_000_000_000; ms = ms * 3 + 7) {
    assert.equal(parseDuration(describeDuration(ms, { units: 6 })), ms);
  }
});
