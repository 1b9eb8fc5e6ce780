import { METRIC_NAMESPACE } from '../../core/names.ts';
import type { Setting, Settings } from '../environments/settings.ts';

export type Figure = number | { readonly setting: Setting };
export type MetricOwner =
  | 'poller'
  | 'finalizer'
  | 'pollerDeadLetters'
  | 'finalizerDeadLetters'
  | 'locksTable'
  | 'project'
  | 'environment';

export interface AlarmMetric {
  readonly namespace: 'AWS/Lambda' | 'AWS/SQS' | 'AWS/CodeBuild' | 'AWS/DynamoDB' | typeof METRIC_NAMESPACE;
  readonly name: string;
  /** Whose metric it is; tells the dimensions. */
  readonly of: MetricOwner;
  readonly operation?: 'UpdateItem' | 'Query';
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'SampleCount';
}

/** What the figure of one period can come to; `settings` are those of one environment. */
export interface Reach {
  /** Largest value (for `below`: smallest) that one period can hold when things are as bad as they can be. */
  readonly worst: number | ((settings: Settings) => number);
  /** Value when all is well. */
  readonly healthy: number | null;
  readonly because: string;
}

export interface Alarm {
  /** Behind `kiro-worker-{env}-`. */
  readonly name: string;
  /** One metric, or several with an expression over their ids. */
  readonly metrics: Readonly<Record<string, AlarmMetric>>;
  readonly expression?: string;
  readonly periodSeconds: Figure;
  readonly periods: Figure;
  /** How many of the periods must be over the threshold; all where nothing is said. */
  readonly datapoints?: number;
  readonly when: 'at or above' | 'below';
  readonly threshold: Figure;
  readonly missing: { readonly treat: 'notBreaching' | 'breaching' | 'ignore'; readonly because: string };
  readonly reach: Reach;
  /** What it means, and what to do. */
  readonly meaning: string;
  readonly remedy: string;
}

/** A metric that the product's own code emits, for the environment as a whole. */
export function own(name: string, statistic: AlarmMetric['statistic']): AlarmMetric {
  return { namespace: METRIC_NAMESPACE, name, of: 'environment', statistic };
}

/** One period per poll. */
export const POLL: Figure = { setting: 'pollPeriodSeconds' };
export const ONLY_WHEN_BAD = {
  treat: 'notBreaching',
  because: 'the metric has a figure only when something went wrong',
} as const;
export const NO_POLL_NO_FIGURE = {
  treat: 'notBreaching',
  because: 'without a poll there is no figure, and poller-stopped says so',
} as const;
