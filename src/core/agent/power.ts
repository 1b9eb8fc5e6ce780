import * as z from 'zod';
import { describeIssue } from '../config-problems.ts';
import { errorMessage, WorkerError } from '../errors.ts';
import type { Power } from '../ports/power.ts';

const Manifest = z.object({
  version: z.string().regex(/^[0-9A-Za-z.+-]{1,40}$/, 'must be a version such as 1.0.0'),
  files: z
    .array(
      z.object({
        path: z.string(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
        required: z.boolean().default(true),
      }),
    )
    .max(200),
});

/** File names that may go into `.kiro/steering/`. */
const STEERING_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.md$/;

/** Returns the version that a manifest states, `0.0.0` without one. */
export function powerVersion(manifest: string | null): string {
  return manifest === null ? '0.0.0' : parseManifest(manifest, 'manifest.json').version;
}

/** Returns the steering files to synchronise, checked against the manifest's SHA-256 when there is one. Throws
 *  STEERING_INVALID naming every file that is missing, unknown or different. */
export function checkPower(power: Power, sha256: (bytes: Uint8Array) => string): ReadonlyMap<string, Uint8Array> {
  const problems = [...power.steering.keys()]
    .filter((name) => !STEERING_NAME.test(name))
    .map((name) => `steering/${name}: the name of a steering file is letters, digits, ".", "_", "-" and ends in .md`);
  if (power.steering.size === 0) problems.push('steering/: contains no steering file');
  if (power.manifest !== null) {
    const listed = new Map(
      parseManifest(power.manifest, power.source).files.map((file) => [file.path.replace(/^steering\//, ''), file]),
    );
    for (const [name, { sha256: expected, required }] of listed) {
      const bytes = power.steering.get(name);
      if (bytes === undefined) {
        if (required) problems.push(`steering/${name}: is required by manifest.json but not there`);
      } else if (sha256(bytes) !== expected) problems.push(`steering/${name}: its SHA-256 is not the manifest's`);
    }
    for (const name of power.steering.keys()) {
      if (!listed.has(name)) problems.push(`steering/${name}: is not listed in manifest.json`);
    }
  }
  if (problems.length > 0) throw invalid(power.source, problems);
  return power.steering;
}

function parseManifest(text: string, source: string): z.output<typeof Manifest> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(source, [`manifest.json: is not JSON: ${errorMessage(error)}`]);
  }
  const parsed = Manifest.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(
    source,
    parsed.error.issues.flatMap((issue) => describeIssue(issue, value)).map((line) => `manifest.json ${line}`),
  );
}

function invalid(source: string, problems: string[]): WorkerError {
  return new WorkerError({
    code: 'STEERING_INVALID',
    what: `The steering files of the Power ${source} cannot be used:`,
    problems,
    remedy: 'Correct the Power (or its manifest.json), or pin another ref in the project configuration.',
  });
}
