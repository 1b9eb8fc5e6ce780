import type { ProjectConfig } from '../config.ts';
import type { OutcomeKind } from '../outcome.ts';
import { outcomeOf } from '../outcome.ts';

/** Returns the columns that a card goes to after an ending: the first of them that the board has; none when it stays where
 *  it is. A card that needs a person goes back to the target column where there is no other one for it, so that none stays
 *  "in progress" without a build; its lock row keeps it from being started again as it is. */
export function destinationsOf(request: { kind: OutcomeKind; attempt: number; config: ProjectConfig }): string[] {
  const { kind, attempt, config } = request;
  const failed = [...(config.failedColumn === null ? [] : [config.failedColumn]), config.targetStatusColumn];
  switch (outcomeOf(kind).card) {
    case 'review':
      return config.reviewColumn === null ? [] : [config.reviewColumn];
    case 'stay':
      return [];
    case 'failed':
      return failed;
    case 'target':
      if (isLastAttempt(request)) return failed;
      return attempt > 0 ? [config.targetStatusColumn] : [];
  }
}

/** Returns whether no further attempt follows by itself although a retry could help. */
export function isLastAttempt({
  kind,
  attempt,
  config,
}: {
  kind: OutcomeKind;
  attempt: number;
  config: ProjectConfig;
}): boolean {
  const { retry, countsAttempt } = outcomeOf(kind);
  return retry && countsAttempt && attempt >= config.maxAttempts;
}

/** Returns whether the system may still move a card that stands in `column`: a person has not put it elsewhere. */
export function isOurs(
  column: string | null,
  config: Pick<ProjectConfig, 'inProgressColumn' | 'targetStatusColumn'>,
): boolean {
  return column !== null && (column === config.inProgressColumn || column === config.targetStatusColumn);
}
