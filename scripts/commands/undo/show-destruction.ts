import type { StackResource } from '../../../src/core/ports/stacks.ts';
import type { Destroyed } from '../../../src/flows/operate/undo/destroy-stacks.ts';
import type { Survey, SurveyedStack } from '../../../src/flows/operate/undo/survey-destruction.ts';

/** Returns for people what destroying would do, before anybody is asked. */
export function formatSurvey(
  survey: Survey,
  { environment, region, emptyBuckets }: { environment: string; region: string; emptyBuckets: boolean },
): string {
  const { stacks, isWhole, parameters, buckets, protectedData, builds, buildsUnknown } = survey;
  const lifted = [...stacks.filter(({ stack }) => stack.isProtected).map(({ stack }) => stack.name), ...protectedData];
  const filled = buckets.filter(({ isEmpty }) => !isEmpty).map(({ name }) => name);
  return [
    `What destroying does to ${environment} in ${region}:`,
    ...stacks.flatMap(stackLines),
    ...(isWhole ? parameters.map((name) => `  the parameter ${name} is removed`) : []),
    ...(emptyBuckets ? filled.map((name) => `  ! ${name} is emptied: releases, files of runs, all versions`) : []),
    ...(lifted.length > 0 ? [`  ! protection against deletion is lifted: ${lifted.join(', ')}`] : []),
    ...builds.map(({ branch, buildId }) => `  ! a build runs for ${branch}${buildId === null ? '' : ` (${buildId})`}`),
    ...(builds.length > 0 ? [`    wait for it, or: npx kiro-worker cancel BRANCH --env ${environment}`] : []),
    ...(buildsUnknown === null ? [] : [`  ! whether builds run is not known: ${buildsUnknown.split('\n')[0]}`]),
    '',
  ].join('\n');
}

function stackLines({ stack, contents: { lost, retained } }: SurveyedStack): string[] {
  return [
    `  ${stack.name} (${stack.status}) is deleted`,
    ...lost.map((resource) => `    lost:  ${describe(resource)}`),
    ...retained.map((resource) => `    stays: ${describe(resource)}`),
  ];
}

function describe({ logicalId, type, physicalId }: StackResource): string {
  return `${logicalId} (${type}) ${physicalId}`;
}

/** Returns for people what was destroyed, and what stays with the lines that remove it. */
export function formatDestroyed(
  { stacks, parameters, objects, isPaused, remainders }: Destroyed,
  { environment }: { environment: string },
): string {
  const isNothing = stacks.length + parameters.length + objects === 0;
  return [
    ...(isNothing ? [`Nothing of ${environment} is left to destroy.`] : []),
    ...(stacks.length > 0 ? [`Deleted ${stacks.join(', ')}.`] : []),
    ...(parameters.length > 0 ? [`Removed ${parameters.join(', ')}.`] : []),
    ...(objects > 0 ? [`Removed ${objects} versions of objects.`] : []),
    ...remainders.flatMap(({ type, physicalId, remove }) => [
      `Stays: ${physicalId} (${type})${remove.length > 0 ? '; this removes it:' : ''}`,
      ...remove.map((line) => `  ${line}`),
    ]),
    ...(isPaused ? [`Polls are paused. Resume them: npx kiro-worker resume --env ${environment}`] : []),
    `Next: npx kiro-worker deploy --env ${environment}`,
    '',
  ].join('\n');
}
