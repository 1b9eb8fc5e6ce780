import * as z from 'zod';
import type { Stack } from '../ports/stacks.ts';
import { hasSucceeded } from './stack-state.ts';

/** The transform of SAM gives the same for the same template, as far as a deployment is concerned: what AWS changes in it comes with
 *  the next change of ours. A macro may give anything at any time. */
const Template = z.looseObject({ Transform: z.literal('AWS::Serverless-2016-10-31').optional() });

/** Takes values from elsewhere at each deployment: they may have changed where nothing that is sent has. */
const FROM_ELSEWHERE = /\{\{resolve:|AWS::SSM::Parameter::|Fn::Transform|AWS::Include/;

/** Returns whether a stack stands as it was deployed last, and, should its template be the same text, deploying it again could change
 *  nothing. */
export function sameInputs(
  stack: Pick<Stack, 'status' | 'parameters' | 'tags'>,
  sent: {
    readonly template: object;
    readonly text: string;
    readonly parameters: Stack['parameters'];
    readonly tags: Stack['tags'];
  },
): boolean {
  return (
    hasSucceeded(stack) &&
    Template.safeParse(sent.template).success &&
    !FROM_ELSEWHERE.test(sent.text) &&
    isSame(stack.parameters, sent.parameters) &&
    isSame(stack.tags, sent.tags)
  );
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return (
    Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value)
  );
}
