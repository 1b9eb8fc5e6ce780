import type { Invariant, Model } from '../model.ts';
import { codeBuildInvariants } from './codebuild.ts';
import { dataInvariants } from './data.ts';
import { functionInvariants } from './functions.ts';
import { graphInvariants } from './graph.ts';
import { monitoringInvariants } from './monitoring.ts';
import { permissionInvariants } from './permissions.ts';

export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  ...graphInvariants,
  ...dataInvariants,
  ...functionInvariants,
  ...codeBuildInvariants,
  ...permissionInvariants,
  ...monitoringInvariants,
};

/** Returns the invariants that a model violates, each with the places. */
export function violatedInvariants(model: Model): Map<string, string[]> {
  const violated = Object.entries(INVARIANTS).map(([name, invariant]) => [name, invariant(model)] as const);
  return new Map(violated.filter(([, places]) => places.length > 0));
}
