import * as z from 'zod';
import { ACTORS, OUTCOME_KINDS, outcomeOf } from './outcome.ts';

/** Where an outcome is published, in the order of writing: a moved card means that everything else is in place. */
export const SURFACES = ['pull-request', 'section', 'ready', 'comment', 'card'] as const;
export type Surface = (typeof SURFACES)[number];

const text = z.string().max(60_000);

const FailedCommand = z.object({
  name: text,
  command: text,
  source: text,
  ended: text,
  lines: text,
  log: text.nullable(),
  yaml: text.nullable(),
});

/** What the comment says of a run; no secret is in it. Rows of older versions lack what has a default. */
const EndingFields = z.object({
  outcome: z.enum(OUTCOME_KINDS),
  detail: text,
  remedy: text,
  actsNext: z.enum(ACTORS).optional(),
  failedCommand: FailedCommand.nullable().default(null),
  filesAt: z.string().nullable().default(null),
  branch: z.string(),
  specPath: z.string(),
  environment: z.string(),
  buildId: z.string(),
  buildUrl: z.string().nullable(),
  attempt: z.number(),
  startedAtMs: z.number(),
  finishedAtMs: z.number(),
});

const Ending = EndingFields.transform((ending) => ({
  ...ending,
  actsNext: ending.actsNext ?? outcomeOf(ending.outcome).actsNext,
}));

const Shape = z.object({
  /** When the outcome was to be published first, epoch milliseconds. */
  sinceMs: z.number(),
  surfaces: z.array(z.enum(SURFACES)).min(1),
  /** Issue or pull request that the comment belongs to; null: the pull request of the branch. */
  subjectNumber: z.number().nullable(),
  ending: Ending,
  /** The rendered section, null when it is written. */
  section: text.nullable(),
  /** The pull request that is still to be opened. */
  draft: z.object({ branch: z.string(), base: z.string(), title: text, body: text }).nullable(),
});

/** What of an ended run's outcome could not be written yet, and all that is needed to write it later. */
export type PendingSurfaces = z.output<typeof Shape>;

/** For this long a surface is tried again with each poll, milliseconds. */
export const PENDING_LIMIT_MS = 24 * 60 * 60 * 1000;

/** Longest section that a lock row keeps, in characters: DynamoDB takes 400 KB for a whole row. */
export const PENDING_SECTION_LIMIT = 30_000;

/** Returns the JSON text that lock stores keep. */
export function formatPending(pending: PendingSurfaces): string {
  return JSON.stringify(pending);
}

/** Returns what a lock row keeps; null for a text that this version cannot read, which is then not tried again. */
export function parsePending(json: string): PendingSurfaces | null {
  try {
    return Shape.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

/** Returns the words for a surface in texts for people. */
export function surfaceName(surface: Surface): string {
  return NAMES[surface];
}

const NAMES = {
  'pull-request': 'pull request',
  section: "pull request's section",
  ready: 'ready mark of the pull request',
  comment: 'comment',
  card: "card's column",
} as const satisfies Record<Surface, string>;
