import type { METRICS } from '../../core/names.ts';
import { METRIC_NAMESPACE } from '../../core/names.ts';
import type { Setting, Settings } from '../environments/settings.ts';

/** A metric that the product's own code emits. */
export type Metric = (typeof METRICS)[keyof typeof METRICS];
/** A number, or a setting of the environment. */
export type Figure = number | { readonly setting: Setting };
export type MetricOwner =
  | 'poller'
  | 'finalizer'
  | 'pollerDeadLetters'
  | 'finalizerDeadLetters'
  | 'project'
  | 'environment';

export interface AlarmMetric {
  readonly namespace: 'AWS/Lambda' | 'AWS/SQS' | 'AWS/CodeBuild' | typeof METRIC_NAMESPACE;
  readonly name: string;
  /** What emits the metric; determines the dimensions. */
  readonly of: MetricOwner;
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'SampleCount';
}

/** Which values the metric can take in one period; `settings` are those of one environment. */
export interface Range {
  /** Largest value (for `below`: smallest) that one period can have in the worst case. */
  readonly worst: number | ((settings: Settings) => number);
  /** Value when everything works. */
  readonly healthy: number | null | ((settings: Settings) => number);
  readonly because: string;
}

export interface Alarm {
  /** Without the prefix `kiro-worker-{env}-`. */
  readonly name: string;
  /** One metric, or several with an expression over their ids. */
  readonly metrics: Readonly<Record<string, AlarmMetric>>;
  readonly expression?: string;
  readonly periodSeconds: Figure;
  readonly periods: Figure;
  /** How many of the periods must breach the threshold; all by default. */
  readonly datapoints?: number;
  readonly when: 'at or above' | 'below';
  readonly threshold: Figure;
  readonly missing: { readonly treat: 'notBreaching' | 'breaching' | 'ignore'; readonly because: string };
  readonly range: Range;
  /** What it means, and what to do. */
  readonly meaning: string;
  readonly remedy: string;
}

/** Returns a metric that the product's own code emits, for the environment as a whole. */
export function own(name: Metric, statistic: AlarmMetric['statistic']): AlarmMetric {
  return { namespace: METRIC_NAMESPACE, name, of: 'environment', statistic };
}

/** Fires when a dead-letter queue has a message; each stays for 14 days. */
export function onDeadLetters(of: 'pollerDeadLetters' | 'finalizerDeadLetters', because: string) {
  return {
    metrics: {
      messages: { namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', of, statistic: 'Maximum' },
    },
    periodSeconds: 300,
    periods: 1,
    when: 'at or above',
    threshold: 1,
    missing: { treat: 'notBreaching', because: 'SQS stops reporting a queue that has been empty for six hours' },
    range: { worst: 1, healthy: 0, because },
  } as const;
}

/** One period per poll. */
export const POLL: Figure = { setting: 'pollPeriodSeconds' };
export const ONLY_WHEN_BAD = {
  treat: 'notBreaching',
  because: 'the metric has data only when something went wrong',
} as const;
export const NO_DATA_WITHOUT_POLL = {
  treat: 'notBreaching',
  because: 'a poll that has nothing to report sends none; without any poll, poller-stopped fires',
} as const;
