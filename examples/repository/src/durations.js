import { findUnit, splitIntoUnits } from './units.js';

/** Returns the milliseconds that a text such as `1h 30m` or `2 days` means. */
export function parseDuration(text) {
  if (typeof text !== 'string') {
    throw new TypeError(`A duration is a text, not ${typeof text}.`);
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)];
  const rest = text.replace(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi, '').replace(/[\s,]|and/g, '');
  if (parts.length === 0 || rest !== '') throw new RangeError(`"${text}" is not a duration such as "1h 30m".`);
  return parts.reduce((total, [, count, word]) => total + Number(count) * unitOf(word, text).ms, 0);
}

/** Returns short text for milliseconds, such as `1h 30m`. */
export function formatDuration(ms, { units = 2 } = {}) {
  if (!Number.isFinite(ms)) {
    throw new RangeError(`${ms} is not a number of milliseconds.`);
  }
  if (ms < 0) {
    return `-${formatDuration(-ms, { units })}`;
  }
  const parts = splitIntoUnits(ms, units);
  if (parts.length === 0) {
    return '0s';
  }
  return parts.map(({ unit, count }) => `${count}${unit.short}`).join(' ');
}

function unitOf(word, text) {
  const unit = findUnit(word);
  if (!unit) throw new RangeError(`"${word}" in "${text}" is not a unit of time.`);
  return unit;
}
