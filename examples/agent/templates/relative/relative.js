import { describeDuration } from './describe.js';

/** Returns how far a moment lies from now, such as `in 2 hours` or `3 days ago`. */
export function relativeTime(moment, { now = Date.now(), thresholdMs = 10_000, units = 1 } = {}) {
  const distanceMs = timeOf(moment) - timeOf(now);
  if (Math.abs(distanceMs) < thresholdMs) return 'just now';
  const words = describeDuration(distanceMs, { units });
  return distanceMs > 0 ? `in ${words}` : `${words} ago`;
}

function timeOf(moment) {
  const time = new Date(moment).getTime();
  if (Number.isNaN(time)) throw new RangeError(`"${moment}" is not a moment.`);
  return time;
}
