import { createHash } from 'node:crypto';
import { isSameDeployment, type Manifest } from '../../../core/deploy/manifest.ts';
import { CODE_PREFIXES } from '../../../core/names.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { DeploymentRecords } from '../../../core/ports/operate/deployment-records.ts';
import type { Stack, StackService } from '../../../core/ports/stacks.ts';

export interface Standing {
  readonly service: Pick<StackService, 'getTemplate'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Content hash of the worker that new builds run. */
  readonly release: string;
  /** As they stand now, in the order of deployment. */
  readonly stacks: readonly Stack[];
}

export interface Recording extends Standing {
  readonly records: DeploymentRecords;
}

/** Records what stands now, whoever deployed it, unless the newest record says the same. Returns the name of the record. */
export async function recordDeployment(
  recording: Recording,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { records } = recording;
  const { manifest, templates } = await describeStanding(recording);
  const [newest] = await records.list();
  if (newest !== undefined && isSameDeployment(await records.read(newest), manifest))
    return { id: newest, isNew: false };
  return { id: await records.write(manifest, templates), isNew: true };
}

/** Returns what stands now as a record has it, and the templates by their hashes. */
export async function describeStanding(
  standing: Standing,
): Promise<{ readonly manifest: Manifest; readonly templates: ReadonlyMap<string, string> }> {
  const { environment, account, region, release, clock } = standing;
  const templates = new Map<string, string>();
  const stacks = await Promise.all(standing.stacks.map((stack) => recordStack(stack, { standing, templates })));
  const madeAt = new Date(clock.now()).toISOString();
  return { manifest: { schema: 1, environment, account, region, madeAt, release, stacks }, templates };
}

const CODE = new RegExp(`s3://[^/\\s]+/(${CODE_PREFIXES.templates}functions/[0-9a-f]{64}\\.zip)`, 'g');

async function recordStack(
  { name, parameters, tags }: Stack,
  { standing, templates }: { standing: Standing; templates: Map<string, string> },
): Promise<Manifest['stacks'][number]> {
  const text = await standing.service.getTemplate(name);
  if (text === null) throw new Error(`${name} stands, but CloudFormation has no template of it.`);
  const template = createHash('sha256').update(text).digest('hex');
  templates.set(template, text);
  const artifacts = [...new Set([...text.matchAll(CODE)].map(([, key = '']) => key))].sort();
  return { stackName: name, template, parameters: sorted(parameters), tags: sorted(tags), artifacts };
}

function sorted(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
