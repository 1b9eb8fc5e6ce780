/** Units of time, longest first. */
export const UNITS = Object.freeze([
  { name: 'week', short: 'w', ms: 604_800_000 },
  { name: 'day', short: 'd', ms: 86_400_000 },
  { name: 'hour', short: 'h', ms: 3_600_000 },
  { name: 'minute', short: 'm', ms: 60_000 },
  { name: 'second', short: 's', ms: 1_000 },
  { name: 'millisecond', short: 'ms', ms: 1 },
]);

/** Returns the unit that a word or its abbreviation names, undefined when there is none. */
export function findUnit(word) {
  const wanted = word.toLowerCase();
  return UNITS.find((unit) => wanted === unit.short || wanted === unit.name || wanted === `${unit.name}s`);
}

/** Splits milliseconds into at most `limit` units, longest first; the last one is rounded. */
export function splitIntoUnits(ms, limit) {
  const longest = UNITS.findIndex((unit) => ms >= unit.ms);
  if (longest === -1) return [];
  const smallest = UNITS[Math.min(longest + limit, UNITS.length) - 1];
  let rest = Math.round(ms / smallest.ms) * smallest.ms;
  const parts = [];
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.ms);
    if (count === 0) continue;
    parts.push({ unit, count });
    rest -= count * unit.ms;
  }
  return parts.slice(0, limit);
}
