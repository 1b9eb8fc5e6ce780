import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativeTime } from '../src/relative.js';

const now = new Date('2026-03-01T12:00:00Z');

test('looks ahead and back', () => {
  assert.equal(relativeTime('2026-03-01T14:00:00Z', { now }), 'in 2 hours');
  assert.equal(relativeTime('2026-02-26T12:00:00Z', { now }), '3 days ago');
});

test('says just now below the threshold only', () => {
  assert.equal(relativeTime(now.getTime() + 9_999, { now }), 'just now');
  assert.equal(relativeTime(now.getTime() - 10_000, { now }), '10 seconds ago');
  assert.equal(relativeTime(now.getTime() - 10_000, { now, thresholdMs: 60_000 }), 'just now');
});

test('takes dates, numbers and texts alike', () => {
  const moment = new Date('2026-03-01T12:30:00Z');
  for (const form of [moment, moment.getTime(), moment.toISOString()]) {
    assert.equal(relativeTime(form, { now }), 'in 30 minutes');
  }
});

test('uses as many units as wanted', () => {
  assert.equal(relativeTime('2026-03-01T13:30:00Z', { now, units: 2 }), 'in 1 hour and 30 minutes');
});

test('names a moment that it cannot read', () => {
  assert.throws(() => relativeTime('tomorrow-ish', { now }), /"tomorrow-ish" is not a moment/);
});
