import {
  type CloudWatchClient,
  DescribeAlarmHistoryCommand,
  GetMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { type CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { METRIC_NAMESPACE } from '../../../core/names.ts';
import type { AccountProbe } from '../../../core/ports/setup/account-probe.ts';
import { attempt } from '../aws-failure.ts';

interface Place {
  readonly codeBuild: CodeBuildClient;
  readonly cloudWatch: CloudWatchClient;
  readonly projectName: string;
}

const HOUR_MS = 60 * 60_000;

/** Makes the probe of the account that an environment is in. */
export function createAccountProbe({ codeBuild, cloudWatch, projectName }: Place): AccountProbe {
  return {
    startScript: (script) =>
      attempt(`CodeBuild did not start a build of ${projectName}.`, async () => {
        // JSON is YAML, whatever the script contains.
        const buildspecOverride = JSON.stringify({ version: '0.2', phases: { build: { commands: [script] } } });
        const { build } = await codeBuild.send(
          new StartBuildCommand({ projectName, sourceTypeOverride: 'NO_SOURCE', buildspecOverride }),
        );
        if (!build?.id) throw new Error('the answer contains no build');
        return build.id;
      }),
    async ring(alarmName) {
      const StateReason = 'kiro-worker verify --account-checks: a trial, nothing is wrong.';
      const command = new SetAlarmStateCommand({ AlarmName: alarmName, StateValue: 'ALARM', StateReason });
      await attempt(`The alarm ${alarmName} could not be made to ring.`, () => cloudWatch.send(command));
    },
    actionsOf: (alarmName, sinceMs) =>
      attempt(`The history of the alarm ${alarmName} could not be read.`, async () => {
        const StartDate = new Date(sinceMs);
        const { AlarmHistoryItems = [] } = await cloudWatch.send(
          new DescribeAlarmHistoryCommand({ AlarmName: alarmName, HistoryItemType: 'Action', StartDate }),
        );
        return AlarmHistoryItems.flatMap(({ HistorySummary }) => HistorySummary ?? []);
      }),
    fillOfNothing: () =>
      attempt('CloudWatch did not calculate FILL over nothing.', async () => {
        const now = Date.now();
        const Metric = { Namespace: METRIC_NAMESPACE, MetricName: 'NeverWritten' };
        const { MetricDataResults = [] } = await cloudWatch.send(
          new GetMetricDataCommand({
            StartTime: new Date(now - HOUR_MS),
            EndTime: new Date(now),
            MetricDataQueries: [
              { Id: 'm', MetricStat: { Metric, Period: 300, Stat: 'Sum' }, ReturnData: false },
              { Id: 'filled', Expression: 'FILL(m, 0)' },
            ],
          }),
        );
        return MetricDataResults.find(({ Id }) => Id === 'filled')?.Values?.[0] ?? null;
      }),
  };
}
