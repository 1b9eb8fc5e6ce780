import * as z from 'zod';
import { WorkerError } from '../errors.ts';
import { CODE_PREFIXES } from '../names.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const Manifest = z.strictObject({
  schema: z.literal(1),
  environment: z.string().min(1),
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
  madeAt: z.iso.datetime(),
  /** Content hash of the worker that new builds ran. */
  release: Sha256,
  /** In the order of deployment. */
  stacks: z
    .array(
      z.strictObject({
        stackName: z.string().min(1),
        /** SHA-256 of the template as it was sent; `templateKey` says where it lies. */
        template: Sha256,
        parameters: z.record(z.string(), z.string()),
        tags: z.record(z.string(), z.string()),
        /** Keys in the artifacts bucket of the functions' code. */
        artifacts: z.array(z.string()),
      }),
    )
    .min(1),
});

/** All that it takes to deploy again what stood at one time. */
export type Manifest = Readonly<z.output<typeof Manifest>>;

const FOLDER = `${CODE_PREFIXES.templates}deployments/`;

/** Returns the key in the artifacts bucket at which a template lies. */
export function templateKey(hash: string): string {
  return `${CODE_PREFIXES.templates}stacks/${hash}.yaml`;
}

/** Where manifests lie in the artifacts bucket. */
export const MANIFESTS = { folder: FOLDER, keyOf: (id: string) => `${FOLDER}${id}.json` } as const;

/** Returns the name of a manifest: its moment, which sorts by age, and the beginning of the worker's hash. */
export function manifestId({ madeAt, release }: Pick<Manifest, 'madeAt' | 'release'>): string {
  return `${madeAt.replaceAll(/[-:]|\.\d+/g, '')}-${release.slice(0, 12)}`;
}

/** Returns the name of the manifest at a key; null where none lies. */
export function manifestIdAt(key: string): string | null {
  const [, id = null] = /^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{12})\.json$/.exec(key.slice(FOLDER.length)) ?? [];
  return id !== null && key === MANIFESTS.keyOf(id) ? id : null;
}

/** Returns the text of a manifest for its file. */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Reads a manifest. Throws RELEASE_INVALID with every problem. */
export function parseManifest(text: string, source: string): Manifest {
  const { data, error } = Manifest.safeParse(parseJson(text));
  if (data !== undefined) return data;
  throw new WorkerError({
    code: 'RELEASE_INVALID',
    what: `${source} is no record of a deployment that this version can read:`,
    problems: (error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'the record'}: ${message}`),
    remedy: 'Choose another deployment, or deploy from a checkout of the version that you want.',
  });
}

/** Returns whether two manifests say the same of everything but the moment. */
export function isSameDeployment(a: Manifest, b: Manifest): boolean {
  const essence = ({ madeAt: _, ...rest }: Manifest) => JSON.stringify(rest);
  return essence(a) === essence(b);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
