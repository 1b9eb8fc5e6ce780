import { writeFile } from 'node:fs/promises';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { createBilling } from '../../../src/adapters/aws/operate/billing.ts';
import { resourceNames } from '../../../src/core/names.ts';
import { costFilter } from '../../../src/core/operate/costs.ts';
import { type Costs, costsSince } from '../../../src/flows/operate/run/costs.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { formatTable } from '../../terminal/table.ts';
import { withDeployed } from '../deployed-place.ts';
import { refuseUnwritable } from '../named-files.ts';

interface CostsOptions {
  readonly env?: string;
  readonly since?: string;
  /** Where the filter for the plain `aws ce` line is written. */
  readonly filterFile?: string;
  readonly json?: boolean;
}

/** `kiro-worker costs`: exit code 0. AWS bills each question with 0.01 USD. */
export async function showCosts(options: CostsOptions): Promise<number> {
  await refuseUnwritable([options.filterFile]);
  return withDeployed(options.env, async ({ settings: { environment }, clients, progress }) => {
    if (options.filterFile !== undefined) await writeFile(options.filterFile, formatJson(costFilter(environment)));
    const [costExplorer, cloudWatch, client] = await Promise.all([
      clients.costExplorer(),
      clients.cloudWatch(),
      clients.dynamo(),
    ]);
    progress.show({ phase: environment, text: 'Asking Cost Explorer (0.01 USD)' });
    const costs = await costsSince({
      billing: createBilling({ environment, costExplorer, cloudWatch }),
      locks: createDynamoLockStore({ client, tableName: resourceNames(environment).locksTable }),
      since: options.since ?? null,
      nowMs: Date.now(),
    });
    progress.stop();
    const next = nextOf(costs, { environment, filterFile: options.filterFile });
    process.stdout.write(
      options.json ? formatJson({ environment, ...costs }) : `${describe(costs, environment)}Next: ${next}\n`,
    );
    return EXIT.done;
  });
}

function describe(costs: Costs, environment: string): string {
  const { fromDay, total, currency, services, days, credits, perCompletedRun, completedRuns, cards } = costs;
  const money = (amount: number) => amount.toFixed(2);
  const tables = [
    formatTable({
      head: ['Service', currency],
      rows: [...services.map(({ service, amount }) => [service, money(amount)]), ['all', money(total)]],
    }),
    formatTable({
      head: ['Day', currency, 'Agent credits'],
      rows: [...new Set([...days.map(({ day }) => day), ...Object.keys(credits)])].sort().map((day) => {
        const amount = days.find((one) => one.day === day)?.amount ?? 0;
        return [day, money(amount), (credits[day] ?? 0).toFixed(1)];
      }),
    }),
    formatTable({
      head: ['Card', 'Branch', 'Builds', 'Minutes', 'Agent credits', 'Agent tokens'],
      rows: cards.map((card) => [
        ...[card.workItemId, card.branch, String(card.builds)],
        ...[card.agentMinutes.toFixed(0), card.credits.toFixed(1), String(card.tokens)],
      ]),
    }),
  ];
  const each =
    perCompletedRun === null
      ? 'No run was completed.'
      : `Each of ${completedRuns} completed runs: ${money(perCompletedRun.amount)} ${currency} and ${perCompletedRun.credits.toFixed(1)} agent credits.`;
  const inactive = services.length === 0 ? `\n${INACTIVE}\n` : '';
  return `${environment} since ${fromDay} (days in UTC; AWS is up to a day behind)\n${tables.join('\n\n')}\n\n${each}\n${inactive}`;
}

const INACTIVE = `Nothing was billed under these tags. Where something should have been, activate them once in the account that is billed:
  aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=Project,Status=Active TagKey=Environment,Status=Active
AWS then needs up to a day, and counts from there on.`;

function nextOf({ fromDay, toDay }: Costs, named: { environment: string; filterFile: string | undefined }): string {
  const { environment, filterFile } = named;
  return filterFile === undefined
    ? `npx kiro-worker costs --env ${environment} --filter-file cost-filter.json, for the plain "aws ce" line`
    : `aws ce get-cost-and-usage --time-period Start=${fromDay},End=${toDay} --granularity DAILY --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE --filter file://${filterFile}`;
}
