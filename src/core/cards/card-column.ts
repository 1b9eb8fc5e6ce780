import type { ProjectConfig } from '../config.ts';
import type { OutcomeKind } from '../outcome.ts';
import { outcomeOf } from '../outcome.ts';

/** Returns the column that a card goes to after an ending, null when it stays where it is. */
export function destinationColumn(request: {
  kind: OutcomeKind;
  attempt: number;
  config: ProjectConfig;
}): string | null {
  const { kind, attempt, config } = request;
  switch (outcomeOf(kind).card) {
    case 'review':
      return config.reviewColumn;
    case 'stay':
      return null;
    case 'failed':
      return config.failedColumn;
    case 'target':
      if (isLastAttempt(request)) return config.failedColumn;
      return attempt > 0 ? config.targetStatusColumn : null;
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
  return outcomeOf(kind).countsAttempt && attempt >= config.maxAttempts;
}

/** Returns whether the system may still move a card that stands in `column`: a person has not put it elsewhere. */
export function isOurs(
  column: string | null,
  config: Pick<ProjectConfig, 'inProgressColumn' | 'targetStatusColumn'>,
): boolean {
  return column !== null && (column === config.inProgressColumn || column === config.targetStatusColumn);
}
