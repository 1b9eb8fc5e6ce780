import { METRIC_NAMESPACE, METRICS } from '../../core/names.ts';
import type { Metric } from '../alarms/alarm.ts';
import type { ConditionName } from '../cfn/intrinsics.ts';
import { rawSub } from '../cfn/intrinsics.ts';
import type { Resource, Scope } from '../cfn/scope.ts';
import { nameOf, stackNames } from '../stack-names.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of CloudFormation
const ENVIRONMENT = '${Environment}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of CloudFormation
const REGION = '${AWS::Region}';
const NAMES = stackNames(ENVIRONMENT);

type Row = readonly [...string[], { stat: string; label: string }];

/** Label of a line in a graph, and its statistic when that is not Sum. */
type Shown = string | readonly [label: string, stat: 'Maximum' | 'Minimum' | 'Average'];

interface Graph {
  readonly title: string;
  readonly rows: readonly Row[];
}

const own = (name: Metric, shown: Shown): Row => [METRIC_NAMESPACE, name, 'Environment', ENVIRONMENT, statOf(shown)];
const poller = (name: string, shown: Shown): Row => [
  'AWS/Lambda',
  name,
  'FunctionName',
  NAMES.pollerFunction,
  statOf(shown),
];
const builds = (name: string, shown: Shown): Row => [
  'AWS/CodeBuild',
  name,
  'ProjectName',
  NAMES.buildProject,
  statOf(shown),
];
const queue = (name: string, label: string): Row => [
  'AWS/SQS',
  'ApproximateNumberOfMessagesVisible',
  'QueueName',
  name,
  { stat: 'Maximum', label },
];

const GRAPHS: readonly Graph[] = [
  {
    title: 'Cards',
    rows: [own(METRICS.cardsReady, ['eligible', 'Maximum']), own(METRICS.cardsLeftOut, ['skipped', 'Maximum'])],
  },
  {
    title: 'Builds started',
    rows: [own(METRICS.buildsStarted, 'started'), own(METRICS.buildsAtCapacity, ['waiting for capacity', 'Maximum'])],
  },
  {
    title: 'Runs',
    rows: [own(METRICS.runsCompleted, 'completed'), own(METRICS.runsFailed, 'failed')],
  },
  {
    title: 'Polls',
    rows: [
      poller('Invocations', 'invoked'),
      own(METRICS.pollSetupIncomplete, 'setup incomplete'),
      poller('Errors', 'failed'),
    ],
  },
  {
    title: 'Poll duration (ms)',
    rows: [poller('Duration', ['longest', 'Maximum']), poller('Duration', ['mean', 'Average'])],
  },
  {
    title: 'Build duration (s)',
    rows: [builds('Duration', ['longest', 'Maximum']), builds('QueuedDuration', ['longest wait', 'Maximum'])],
  },
  {
    title: 'Locks',
    rows: [
      own(METRICS.locksHeld, ['held', 'Maximum']),
      own(METRICS.locksBeyondLease, ['beyond lease', 'Maximum']),
      own(METRICS.locksReconciled, 'closed by a poll'),
    ],
  },
  { title: 'GitHub rate limit left (%)', rows: [own(METRICS.githubBudgetRemainingPct, ['least', 'Minimum'])] },
  { title: 'Agent credits', rows: [own(METRICS.agentCredits, 'used')] },
  {
    title: 'Dead letters',
    rows: [queue(NAMES.pollerDeadLetters, 'polls'), queue(NAMES.finalizerDeadLetters, 'build ends')],
  },
];

function statOf(shown: Shown): { stat: string; label: string } {
  return typeof shown === 'string' ? { stat: 'Sum', label: shown } : { stat: shown[1], label: shown[0] };
}

const WIDTH = 12;
const HEIGHT = 6;

/** Adds the dashboard: cards, builds, polls, locks and costs. */
export function addDashboard(scope: Scope, condition: ConditionName): Resource<'AWS::CloudWatch::Dashboard'> {
  const widgets = GRAPHS.map(({ title, rows }, index) => ({
    type: 'metric',
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: { title, region: REGION, view: 'timeSeries', stacked: false, period: 300, metrics: rows },
  }));
  return scope.resource('Dashboard', {
    type: 'AWS::CloudWatch::Dashboard',
    condition,
    properties: { DashboardName: nameOf('dashboard'), DashboardBody: rawSub(JSON.stringify({ widgets })) },
  });
}
