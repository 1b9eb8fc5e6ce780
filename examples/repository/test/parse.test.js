import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../src/durations.js';

test('reads abbreviations', () => {
  assert.equal(parseDuration('1h 30m'), 5_400_000);
  assert.equal(parseDuration('250ms'), 250);
});

test('reads whole words and fractions', () => {
  assert.equal(parseDuration('2 days and 1 hour'), 176_400_000);
  assert.equal(parseDuration('1.5 weeks'), 907_200_000);
});

test('names what it cannot read', () => {
  assert.throws(() => parseDuration('3 fortnights'), /"fortnights" in "3 fortnights" is not a unit/);
  assert.throws(() => parseDuration('soon'), RangeError);
});
