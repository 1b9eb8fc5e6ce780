const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** Returns what is wrong with an EventBridge schedule expression; null when it is valid. */
export function scheduleProblem(expression: string): string | null {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) {
    const [, count, , plural] = rate;
    if (Number(count) === 0) return 'a rate of 0 never fires';
    if ((count === '1') === (plural === 's'))
      return 'must be singular for 1 and plural otherwise: rate(1 minute), rate(5 minutes)';
    return (rateMinutes(expression) ?? 0) > 720 ? 'must poll at least every 12 hours' : null;
  }
  const cron = /^cron\((.*)\)$/.exec(expression);
  if (cron === null) return 'must look like rate(5 minutes) or cron(0/10 8-18 ? * MON-FRI *)';
  const fields = (cron[1] ?? '').split(' ');
  if (fields.length !== 6)
    return `cron needs 6 fields (minute hour day-of-month month day-of-week year), not ${fields.length}`;
  if (fields.some((field) => !/^[\dA-Za-z*?/,#-]+$/.test(field)))
    return 'cron fields may contain digits, names and * ? / , - # L W';
  return (fields[2] === '?') === (fields[4] === '?')
    ? 'cron needs exactly one ? among day-of-month and day-of-week'
    : null;
}

/** Returns the minutes between two polls; null for cron, whose intervals vary. */
export function rateMinutes(expression: string): number | null {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = UNIT_MINUTES[unit];
  return minutes === undefined ? null : Number(count) * minutes;
}
