import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { type CostExplorerClient, GetCostAndUsageCommand, type ResultByTime } from '@aws-sdk/client-cost-explorer';
import { METRIC_NAMESPACE } from '../../../core/names.ts';
import { costFilter, type DayCost } from '../../../core/operate/costs.ts';
import type { Billing } from '../../../core/ports/operate/billing.ts';
import { awsFailure } from '../aws-failure.ts';

interface Options {
  readonly environment: string;
  readonly costExplorer: CostExplorerClient;
  readonly cloudWatch: CloudWatchClient;
}

interface Period {
  readonly fromDay: string;
  readonly toDay: string;
}

const DAY_SECONDS = 24 * 60 * 60;

/** Returns what Cost Explorer bills by the tags Project and Environment, and the sums of our own metrics. */
export function createBilling(options: Options): Billing {
  return {
    costs: (period) => costs(options, period),
    sums: (metric, period) => sums(options, { metric, ...period }),
  };
}

/** Each page is a request that AWS bills with 0.01 USD. */
async function costs({ environment, costExplorer }: Options, { fromDay, toDay }: Period): Promise<DayCost[]> {
  const found: DayCost[] = [];
  let NextPageToken: string | undefined;
  do {
    const command = new GetCostAndUsageCommand({
      TimePeriod: { Start: fromDay, End: toDay },
      Granularity: 'DAILY',
      Metrics: ['UnblendedCost'],
      GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
      Filter: costFilter(environment),
      NextPageToken,
    });
    try {
      const answer = await costExplorer.send(command);
      found.push(...(answer.ResultsByTime ?? []).flatMap(costsOfDay));
      NextPageToken = answer.NextPageToken;
    } catch (error) {
      throw awsFailure('Cost Explorer could not be asked.', error);
    }
  } while (NextPageToken !== undefined);
  return found;
}

function costsOfDay({ TimePeriod, Groups = [] }: ResultByTime): DayCost[] {
  return Groups.map(({ Keys, Metrics }) => ({
    day: TimePeriod?.Start ?? '',
    service: Keys?.[0] ?? '',
    amount: Number(Metrics?.UnblendedCost?.Amount ?? 0),
    currency: Metrics?.UnblendedCost?.Unit ?? 'USD',
  }));
}

async function sums(
  { environment, cloudWatch }: Options,
  { metric, fromDay, toDay }: Period & { metric: string },
): Promise<Record<string, number>> {
  try {
    const command = new GetMetricStatisticsCommand({
      Namespace: METRIC_NAMESPACE,
      MetricName: metric,
      Dimensions: [{ Name: 'Environment', Value: environment }],
      StartTime: new Date(fromDay),
      EndTime: new Date(toDay),
      Period: DAY_SECONDS,
      Statistics: ['Sum'],
    });
    const points = (await cloudWatch.send(command)).Datapoints ?? [];
    return Object.fromEntries(
      points.map(({ Timestamp, Sum = 0 }) => [Timestamp?.toISOString().slice(0, 10) ?? '', Sum] as const).sort(),
    );
  } catch (error) {
    throw awsFailure(`The metric ${metric} could not be read.`, error);
  }
}
