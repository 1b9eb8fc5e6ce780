import type { ConditionName } from '../cfn/intrinsics.ts';
import { equals } from '../cfn/intrinsics.ts';
import type { Scope } from '../cfn/scope.ts';

/** Adds the choice whether there is a secret for the key of an agent other than Kiro. */
export function addAgentKeyChoice(scope: Scope): ConditionName {
  const wanted = scope.parameter('AgentKeyEnabled', {
    Type: 'String',
    Description: 'true: a secret for the key of an agent other than Kiro',
    Default: 'false',
    AllowedValues: ['true', 'false'],
  });
  return scope.condition('HasAgentKey', equals(wanted, 'true'));
}
