import { splitIntoUnits } from './units.js';

/** Returns words for milliseconds, such as `1 hour and 30 minutes`. */
export function describeDuration(ms, { units = 2 } = {}) {
  if (!Number.isFinite(ms)) throw new RangeError(`${ms} is not a number of milliseconds.`);
  const parts = splitIntoUnits(Math.abs(ms), units);
  if (parts.length === 0) return '0 seconds';
  return join(parts.map(({ unit, count }) => `${count} ${unit.name}${count === 1 ? '' : 's'}`));
}

function join(words) {
  if (words.length < 3) return words.join(' and ');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
