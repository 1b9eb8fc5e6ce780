import * as z from 'zod';
import { WorkerError } from '../errors.ts';
import { CODE_PREFIXES } from '../names.ts';
import { isReleaseHash } from '../release.ts';
import { codeKey } from './package-template.ts';

const Hash = z.string().refine(isReleaseHash, 'is no SHA-256 in lower-case hexadecimal digits');

const ReleasedStack = z.strictObject({
  name: z.string().min(1),
  /** Where the template lies as it was sent; its name says its content. */
  templateKey: z.string().refine((key) => templateHashOf(key) !== null, 'is no place of a template'),
  /** All of them, as they were sent. */
  parameters: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
});

const ReleasedFunction = z
  .strictObject({
    /** Folder of its sources, such as src/functions/poller. */
    name: z.string().min(1),
    key: z.string(),
    /** Content hash, which its place says too. */
    sha256: Hash,
  })
  .refine(({ key, sha256 }) => key === codeKey(sha256), 'is not at the place that its hash says');

const Manifest = z.strictObject({
  version: z.literal(1),
  /** Content hash of the worker that builds ran with these stacks. */
  hash: Hash,
  madeAt: z.iso.datetime(),
  environment: z.string().min(1),
  /** In the order in which they were deployed. */
  stacks: z
    .array(ReleasedStack)
    .min(1)
    .refine((stacks) => new Set(stacks.map(({ name }) => name)).size === stacks.length, 'name one stack twice'),
  functions: z.array(ReleasedFunction),
});

/** What was deployed with one release of the worker: enough to deploy it again. */
export type ReleaseManifest = Readonly<z.output<typeof Manifest>>;

const FILE = 'manifest.json';
const TEMPLATES = `${CODE_PREFIXES.templates}stacks/`;

/** Returns the key in the artifacts bucket of a release's manifest. Deployed again with other stacks, a release gets another version
 *  of this object; the bucket keeps the earlier ones. */
export function manifestKey(hash: string): string {
  return `${CODE_PREFIXES.releases}${hash}/${FILE}`;
}

/** Returns the hash of the release whose manifest lies at `key`, null when none does. */
export function manifestHashOf(key: string): string | null {
  const hash = key.slice(CODE_PREFIXES.releases.length, -FILE.length - 1);
  return isReleaseHash(hash) && key === manifestKey(hash) ? hash : null;
}

/** Returns the key in the artifacts bucket of a template, by the SHA-256 of its text. */
export function templateKey(sha256: string): string {
  return `${TEMPLATES}${sha256}.yaml`;
}

/** Returns the SHA-256 of the template that lies at `key`, null when none does. */
export function templateHashOf(key: string): string | null {
  const hash = key.slice(TEMPLATES.length, -'.yaml'.length);
  return isReleaseHash(hash) && key === templateKey(hash) ? hash : null;
}

/** Returns the text of a manifest. */
export function formatManifest(manifest: ReleaseManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Reads a manifest of one environment. Throws RELEASE_INVALID with every problem. */
export function parseManifest(
  text: string,
  { source, environment }: { source: string; environment: string },
): ReleaseManifest {
  const { data, error } = Manifest.safeParse(parseJson(text, source));
  if (data === undefined)
    throw invalid(
      source,
      error.issues.map(({ path, message }) => `${path.join('.') || 'the manifest'}: ${message}`),
    );
  if (data.environment !== environment)
    throw invalid(source, [`it is of the environment ${data.environment}, not ${environment}`]);
  return data;
}

/** Returns whether two manifests say the same, whenever they were made: a new version is worth storing only when not. */
export function describeSameRelease(a: ReleaseManifest, b: ReleaseManifest): boolean {
  const facts = ({ hash, environment, stacks, functions }: ReleaseManifest) =>
    JSON.stringify([
      hash,
      environment,
      stacks.map(({ name, templateKey: key, parameters, tags }) => [name, key, sorted(parameters), sorted(tags)]),
      functions.map(({ key }) => key).sort(),
    ]);
  return facts(a) === facts(b);
}

function sorted(record: Readonly<Record<string, string>>): Array<[string, string]> {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(source, ['it is no JSON']);
  }
}

function invalid(source: string, problems: readonly string[]): WorkerError {
  return new WorkerError({
    code: 'RELEASE_INVALID',
    what: `${source} is no manifest of a release that this version can read:`,
    problems,
    remedy:
      'Name another release (npx kiro-worker release list --env ENVIRONMENT), or check out the version that made it and deploy that.',
  });
}
