import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, parseDuration } from '../src/durations.js';

test('writes at most two units and rounds the last one', () => {
  assert.equal(formatDuration(5_400_000), '1h 30m');
  assert.equal(formatDuration(90_061_000), '1d 1h');
  assert.equal(formatDuration(3_599_900), '1h');
});

test('writes as many units as wanted', () => {
  assert.equal(formatDuration(90_061_000, { units: 4 }), '1d 1h 1m 1s');
});

test('reads back what it has written', () => {
  for (const ms of [0.6, 1, 999, 61_000, 7_200_000, 608_400_000]) {
    const text = formatDuration(ms, { units: 6 });
    assert.equal(formatDuration(parseDuration(text), { units: 6 }), text);
  }
});
