import type {
  GetCostAndUsageRequest,
  GetCostAndUsageResponse,
  ResultByTime,
  UpdateCostAllocationTagsStatusRequest,
} from '@aws-sdk/client-cost-explorer';
import type { Answer } from './cloudformation.ts';

/** What AWS has billed, which the emulator knows nothing of. */
export interface Bill {
  /** Tags that the account counts by; none until somebody activates them. */
  readonly activeTags: Set<string>;
  /** Costs of single days. */
  readonly lines: Array<{ day: string; service: string; amount: number; tags: Readonly<Record<string, string>> }>;
  /** An account whose Cost Explorer has not been enabled, or not for long, has no data. */
  isAvailable: boolean;
}

const DAY_MS = 24 * 60 * 60_000;
/** Cost Explorer gives pages; how many days fill one is its own affair. */
const DAYS_OF_A_PAGE = 10;

export function createBill(): Bill {
  return { activeTags: new Set(), lines: [], isAvailable: true };
}

/** Answers GetCostAndUsage by days and services, in the shapes of the SDK. Throws on a request that is none of ours. */
export function answerCosts(bill: Bill, body: Buffer): Answer {
  const request: Partial<GetCostAndUsageRequest> = JSON.parse(body.toString('utf8'));
  const { TimePeriod, Granularity, GroupBy, NextPageToken } = request;
  const [start, end] = [Date.parse(TimePeriod?.Start ?? ''), Date.parse(TimePeriod?.End ?? '')];
  if (!(start < end))
    return refuse('ValidationException', 'Start date (and hour) should be before end date (and hour)');
  if (!bill.isAvailable)
    return refuse('DataUnavailableException', 'Data is not available. Please try to adjust the time period.');
  if (Granularity !== 'DAILY' || GroupBy?.[0]?.Key !== 'SERVICE')
    throw new Error('This bill is only read by days and services.');
  const days = Array.from({ length: (end - start) / DAY_MS }, (_, n) => dayOf(start + n * DAY_MS));
  const from = Number(NextPageToken ?? 0);
  const to = from + DAYS_OF_A_PAGE;
  const wanted = tagsOf(request);
  const answer: GetCostAndUsageResponse = {
    GroupDefinitions: GroupBy,
    ResultsByTime: days.slice(from, to).map((day) => resultOf(bill, { day, wanted })),
    DimensionValueAttributes: [],
    ...(to < days.length ? { NextPageToken: String(to) } : {}),
  };
  return json(200, answer);
}

/** Answers UpdateCostAllocationTagsStatus. */
export function activateTags({ activeTags }: Bill, body: Buffer): Answer {
  const { CostAllocationTagsStatus = [] }: Partial<UpdateCostAllocationTagsStatusRequest> = JSON.parse(
    body.toString('utf8'),
  );
  for (const { TagKey = '', Status } of CostAllocationTagsStatus)
    if (Status === 'Active') activeTags.add(TagKey);
    else activeTags.delete(TagKey);
  return json(200, { Errors: [] });
}

/** The tags that a filter wants: all of them. */
function tagsOf({ Filter }: Partial<GetCostAndUsageRequest>): Array<[string, readonly string[]]> {
  return (Filter?.And ?? []).map(({ Tags }) => [Tags?.Key ?? '', Tags?.Values ?? []]);
}

function resultOf(
  { lines, activeTags }: Bill,
  { day, wanted }: { day: string; wanted: ReturnType<typeof tagsOf> },
): ResultByTime {
  const found = lines.filter(
    (line) =>
      line.day === day && wanted.every(([key, values]) => activeTags.has(key) && values.includes(line.tags[key] ?? '')),
  );
  const sums = new Map<string, number>();
  for (const { service, amount } of found) sums.set(service, (sums.get(service) ?? 0) + amount);
  const costOf = (amount: number) => ({ UnblendedCost: { Amount: String(amount), Unit: 'USD' } });
  return {
    TimePeriod: { Start: day, End: dayOf(Date.parse(day) + DAY_MS) },
    Total: found.length === 0 ? costOf(0) : {},
    Groups: [...sums].map(([service, amount]) => ({ Keys: [service], Metrics: costOf(amount) })),
    Estimated: true,
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function refuse(type: string, Message: string): Answer {
  return json(400, { __type: type, Message });
}

function json(status: number, value: object): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status, headers, body: Buffer.from(JSON.stringify(value)) };
}
