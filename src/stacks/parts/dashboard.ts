import { METRIC_NAMESPACE, METRICS } from '../../core/names.ts';
import { rawSub } from '../cfn/intrinsics.ts';
import type { Resource, Scope } from '../cfn/scope.ts';
import { nameOf, stackNames } from '../stack-names.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of CloudFormation
const ENVIRONMENT = '${Environment}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of CloudFormation
const REGION = '${AWS::Region}';
const NAMES = stackNames(ENVIRONMENT);

type Row = readonly [...string[], { stat: string; label: string }];

interface Graph {
  readonly title: string;
  readonly rows: readonly Row[];
}

const own = (name: string, label: string, stat = 'Sum'): Row => [
  METRIC_NAMESPACE,
  name,
  'Environment',
  ENVIRONMENT,
  { stat, label },
];
const poller = (name: string, label: string, stat = 'Sum'): Row => [
  'AWS/Lambda',
  name,
  'FunctionName',
  NAMES.pollerFunction,
  { stat, label },
];
const builds = (name: string, label: string, stat = 'Sum'): Row => [
  'AWS/CodeBuild',
  name,
  'ProjectName',
  NAMES.buildProject,
  { stat, label },
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
    rows: [own(METRICS.cardsReady, 'ready', 'Maximum'), own(METRICS.cardsLeftOut, 'left out', 'Maximum')],
  },
  {
    title: 'Builds started',
    rows: [own(METRICS.buildsStarted, 'started'), own(METRICS.buildsAtCapacity, 'waiting for capacity', 'Maximum')],
  },
  {
    title: 'Runs',
    rows: [own(METRICS.buildsSucceeded, 'completed'), own(METRICS.buildsFailed, 'failed')],
  },
  {
    title: 'Polls',
    rows: [
      own(METRICS.pollSucceeded, 'succeeded'),
      own(METRICS.pollSetupIncomplete, 'setup incomplete'),
      poller('Errors', 'failed'),
    ],
  },
  {
    title: 'Duration of a poll (ms)',
    rows: [poller('Duration', 'longest', 'Maximum'), poller('Duration', 'mean', 'Average')],
  },
  {
    title: 'Duration of a build (s)',
    rows: [builds('Duration', 'longest', 'Maximum'), builds('QueuedDuration', 'longest wait', 'Maximum')],
  },
  {
    title: 'Locks',
    rows: [
      own(METRICS.locksHeld, 'held', 'Maximum'),
      own(METRICS.locksBeyondLease, 'beyond lease', 'Maximum'),
      own(METRICS.locksReconciled, 'closed by a poll'),
    ],
  },
  { title: 'GitHub budget left (%)', rows: [own(METRICS.githubBudgetRemainingPct, 'least', 'Minimum')] },
  { title: 'Agent credits', rows: [own(METRICS.agentCredits, 'used')] },
  {
    title: 'Dead letters',
    rows: [queue(NAMES.pollerDeadLetters, 'polls'), queue(NAMES.finalizerDeadLetters, 'build ends')],
  },
];

const WIDTH = 12;
const HEIGHT = 6;

/** Adds the dashboard: what the board asks for, what the builds do, what it costs. */
export function addDashboard(scope: Scope): Resource<'AWS::CloudWatch::Dashboard'> {
  const widgets = GRAPHS.map(({ title, rows }, index) => ({
    type: 'metric',
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: { title, region: REGION, view: 'timeSeries', stacked: false, period: 300, metrics: rows },
  }));
  return scope.resource('Dashboard', 'AWS::CloudWatch::Dashboard', {
    properties: { DashboardName: nameOf('dashboard'), DashboardBody: rawSub(JSON.stringify({ widgets })) },
  });
}
