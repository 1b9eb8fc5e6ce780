import * as z from 'zod';

/** What code of a branch found when it looked around; see look.mjs. */
const Look = z.strictObject({
  name: z.enum(['agent', 'tests', 'root']),
  uid: z.int(),
  groups: z.array(z.int()),
  secretsIn: z.array(z.string()),
  otherEnvironments: z.array(z.int()),
  signalled: z.array(z.int()),
  mountNamespace: z.string(),
  userNamespace: z.string(),
  python: z.string(),
  pip: z.string(),
  go: z.string(),
  /** What listing the home of root comes to. */
  home: z.string(),
});

/** What became of one build in a container. */
const BuildReport = z.strictObject({
  outcome: z.string(),
  build: z.strictObject({
    status: z.string(),
    exitCode: z.int().nullable(),
    phases: z.array(z.strictObject({ name: z.string(), status: z.string() })),
  }),
  log: z.string(),
  lock: z.strictObject({ status: z.string(), lastOutcome: z.string().nullable() }),
  column: z.string().nullable(),
  draft: z.boolean(),
  head: z.string(),
  commits: z.array(z.strictObject({ id: z.string(), author: z.string(), task: z.string().nullable() })),
  /** Text of tasks.md on the pushed head. */
  tasks: z.string(),
  looks: z.array(Look),
  /** Command lines of what lives under another user than root when the build is over. */
  alive: z.array(z.string()),
  /** Paths below /codebuild/output when the build is over. */
  left: z.array(z.string()),
});

export type Look = z.infer<typeof Look>;
export type BuildReport = z.infer<typeof BuildReport>;

/** Returns a look as look.mjs wrote it; throws when it is not one. */
export function parseLook(text: string): Look {
  return Look.parse(JSON.parse(text));
}

/** Returns a report as build.ts printed it; throws when it is not one. */
export function parseBuildReport(text: string): BuildReport {
  return BuildReport.parse(JSON.parse(text));
}
