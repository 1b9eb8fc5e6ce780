import { resourceNames } from '../core/names.ts';
import type { Intrinsic } from './cfn/intrinsics.ts';
import { rawSub } from './cfn/intrinsics.ts';

/** The stacks in the order in which they are deployed; they are deleted in reverse. */
export const STACK_IDS = ['Core', 'Secrets', 'Poller', 'CodeBuild', 'Monitoring'] as const;
export type StackId = (typeof STACK_IDS)[number];

/** Returns the name of a stack: `KiroWorker` and `Core` give `KiroWorkerCore`. */
export function stackName(stackPrefix: string, id: StackId): string {
  return `${stackPrefix}${id}`;
}

/** Returns the path of a stack's template in the repository: `templates/core.yaml`. */
export function templateFile(id: StackId): string {
  return `templates/${id.toLowerCase()}.yaml`;
}

/** All resource names of one environment: those that users know (core/names.ts) and those that only the stacks use. */
export function stackNames(environment: string) {
  const prefix = `kiro-worker-${environment}`;
  return {
    ...resourceNames(environment),
    keyAlias: `alias/${prefix}`,
    artifactsBucket: `${prefix}-artifacts`,
    finalizerDeadLetters: `${prefix}-finalizer-dlq`,
    // CodeBuild joins the project's name and the buildspec's report name with a hyphen.
    testReports: `${prefix}-tests`,
    coverageReports: `${prefix}-coverage`,
    alarmPrefix: `${prefix}-`,
  } as const;
}

/** Returns a resource name as the templates write it, for whichever environment is deployed. */
export function nameOf(name: keyof ReturnType<typeof stackNames>): Intrinsic {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of CloudFormation
  return rawSub(stackNames('${Environment}')[name]);
}
