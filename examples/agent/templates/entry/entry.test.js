import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as library from '../src/durations.js';

test('exports every public function', () => {
  assert.deepEqual(Object.keys(library).sort(), [
    'describeDuration',
    'formatDuration',
    'parseDuration',
    'relativeTime',
  ]);
  assert.equal(library.relativeTime(0, { now: 60_000 }), '1 minute ago');
});
