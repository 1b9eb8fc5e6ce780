import type { Change } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { contextOf, describedChange } from './change-sets.ts';

const Template = z.object({
  Resources: z.record(z.string(), z.object({ Properties: z.record(z.string(), z.unknown()) })),
  Outputs: z.record(z.string(), z.object({ Export: z.object({ Name: z.string() }) })),
});

/** Returns the changes from one template of queues in JSON to another; without an earlier one all are added. */
export function changesBetween(before: string | undefined, after: string): Change[] {
  const was = before === undefined ? {} : Template.parse(JSON.parse(before)).Resources;
  return Object.entries(Template.parse(JSON.parse(after)).Resources).flatMap(([LogicalResourceId, { Properties }]) => {
    const facts = { LogicalResourceId, ResourceType: 'AWS::SQS::Queue' };
    const old = was[LogicalResourceId];
    if (old === undefined) return [describedChange({ ...facts, Action: 'Add' })];
    if (JSON.stringify(old.Properties) === JSON.stringify(Properties)) return [];
    return [
      describedChange({
        ...facts,
        BeforeContext: contextOf(old.Properties),
        AfterContext: contextOf(Properties),
      }),
    ];
  });
}

/** Returns the names of the exports in a template in JSON. */
export function exportsIn(template: string): string[] {
  return Object.values(Template.parse(JSON.parse(template)).Outputs).map(({ Export }) => Export.Name);
}
