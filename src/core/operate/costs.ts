/** What one service cost on one day. */
export interface DayCost {
  /** `2026-11-27`, in UTC. */
  readonly day: string;
  readonly service: string;
  readonly amount: number;
  readonly currency: string;
}

/** What an environment cost, as a table of services and one of days. */
export interface CostTotals {
  readonly currency: string;
  readonly total: number;
  /** The dearest first. */
  readonly services: readonly { readonly service: string; readonly amount: number }[];
  readonly days: readonly { readonly day: string; readonly amount: number }[];
}

/** Returns the filter of Cost Explorer for one environment; also the content of the file for the plain `aws ce` line. */
export function costFilter(environment: string) {
  const tag = (Key: string, value: string) => ({ Tags: { Key, Values: [value] } });
  return { And: [tag('Project', 'KiroWorker'), tag('Environment', environment)] };
}

/** Adds up what was billed. */
export function addUp(costs: readonly DayCost[]): CostTotals {
  const sumBy = (key: (cost: DayCost) => string) => {
    const sums = new Map<string, number>();
    for (const cost of costs) sums.set(key(cost), (sums.get(key(cost)) ?? 0) + cost.amount);
    return [...sums];
  };
  return {
    currency: costs[0]?.currency ?? 'USD',
    total: costs.reduce((sum, { amount }) => sum + amount, 0),
    services: sumBy(({ service }) => service)
      .map(([service, amount]) => ({ service, amount }))
      .sort((a, b) => b.amount - a.amount),
    days: sumBy(({ day }) => day)
      .map(([day, amount]) => ({ day, amount }))
      .sort((a, b) => a.day.localeCompare(b.day)),
  };
}
