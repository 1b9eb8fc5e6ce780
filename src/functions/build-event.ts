import * as z from 'zod';
import { lockKeyIn } from '../core/build-variables.ts';

const BuildStateChange = z.object({
  detail: z.object({
    'build-status': z.string(),
    'build-id': z.string(),
    'additional-information': z.object({
      environment: z.object({
        'environment-variables': z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
      }),
    }),
  }),
});

/** Returns the key of the lock that the ended build was started for, null when it holds none. Throws a ZodError for
 *  anything but a "CodeBuild Build State Change" event. */
export function lockKeyOf(event: unknown): string | null {
  const { detail } = BuildStateChange.parse(event);
  const variables = detail['additional-information'].environment['environment-variables'];
  return lockKeyIn(Object.fromEntries(variables.map(({ name, value }) => [name, value])));
}
