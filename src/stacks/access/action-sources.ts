import { handlerActions, parseActions } from './registry-handlers.ts';
import { RESOURCE_CALLS } from './resource-calls.ts';

/** Returns where it is said that CloudFormation needs an action for a resource type: the registry's handlers, and documents. Empty where
 *  nobody says so. */
export function sourcesOf(type: string, action: string): string[] {
  const handlers = handlerActions(type).get(action) ?? [];
  const documents = Object.entries(RESOURCE_CALLS[type]?.beyond ?? {}).filter(([actions]) =>
    parseActions(actions).includes(action),
  );
  return [...handlers, ...documents.map(([, document]) => document)];
}
