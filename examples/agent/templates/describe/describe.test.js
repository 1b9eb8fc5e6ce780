import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDuration } from '../src/describe.js';

test('uses whole words, singular and plural', () => {
  assert.equal(describeDuration(3_600_000), '1 hour');
  assert.equal(describeDuration(7_200_000), '2 hours');
  assert.equal(describeDuration(1), '1 millisecond');
});

test('joins two units with a word, more with commas', () => {
  assert.equal(describeDuration(5_400_000), '1 hour and 30 minutes');
  assert.equal(describeDuration(90_061_000, { units: 4 }), '1 day, 1 hour, 1 minute and 1 second');
});

test('rounds the last unit, also over its border', () => {
  assert.equal(describeDuration(3_599_900), '1 hour');
  assert.equal(describeDuration(100_000, { units: 1 }), '2 minutes');
});

test('describes nothing and less than nothing', () => {
  assert.equal(describeDuration(0), '0 seconds');
  assert.equal(describeDuration(-60_000), '1 minute');
});

test('names a value that is no duration', () => {
  assert.throws(() => describeDuration(Number.NaN), /NaN is not a number of milliseconds/);
});
