import { resourceNames } from '../core/names.ts';
import type { Intrinsic } from './cfn/intrinsics.ts';
import { rawSub } from './cfn/intrinsics.ts';

/** All names of one environment: those that users know (core/names.ts) and those that only the stacks use. */
export function stackNames(environment: string) {
  const prefix = `kiro-worker-${environment}`;
  return {
    ...resourceNames(environment),
    keyAlias: `alias/${prefix}`,
    artifactsBucket: `${prefix}-artifacts`,
    finalizerDeadLetters: `${prefix}-finalizer-dlq`,
    // CodeBuild joins project and report name of the buildspec with a hyphen.
    testReports: `${prefix}-tests`,
    coverageReports: `${prefix}-coverage`,
    alarmPrefix: `${prefix}-`,
  } as const;
}

/** Returns a name as the templates spell it, for whichever environment is deployed. */
export function nameOf(name: keyof ReturnType<typeof stackNames>): Intrinsic {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of CloudFormation
  return rawSub(stackNames('${Environment}')[name]);
}
