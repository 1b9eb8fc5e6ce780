import { codeBuildIntents } from './codebuild-intents.ts';
import { dataIntents } from './data-intents.ts';
import { functionIntents } from './function-intents.ts';
import { graphIntents } from './graph-intents.ts';
import type { Intent, Model } from './model.ts';
import { monitoringIntents } from './monitoring-intents.ts';
import { permissionIntents } from './permission-intents.ts';

export const INTENTS: Readonly<Record<string, Intent>> = {
  ...graphIntents,
  ...dataIntents,
  ...functionIntents,
  ...codeBuildIntents,
  ...permissionIntents,
  ...monitoringIntents,
};

/** Returns the intents that a model breaks, each with the places. */
export function brokenIntents(model: Model): Map<string, string[]> {
  const broken = Object.entries(INTENTS).map(([name, intent]) => [name, intent(model)] as const);
  return new Map(broken.filter(([, places]) => places.length > 0));
}
