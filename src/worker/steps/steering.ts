import { createHash } from 'node:crypto';
import { checkPower } from '../../core/agent/power.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { createSecretJudge } from '../../core/gates/secrets/secret-policy.ts';
import { REPOSITORY_FILE, TRAILERS } from '../../core/names.ts';
import type { ReadPower } from '../../core/ports/power.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { RunContext } from '../run-context.ts';
import { endRun, type RunResult } from '../run-result.ts';
import type { Planned } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { type PushContext, pushOwnCommit } from './push.ts';

interface SteeringContext extends PushContext {
  readonly settings: Pick<RunSettings, 'branch' | 'buildId'>;
  readonly config: Pick<ProjectConfig, 'power'>;
  readonly readPower: ReadPower;
  readonly repository: Pick<Repository, 'read' | 'commitContents' | 'push'>;
  readonly reportProgress: RunContext['reportProgress'];
  readonly ownCommits: RunContext['ownCommits'];
}

/** Synchronises `.kiro/steering/` from the configured Power; commits only what changed. */
export async function syncSteering(context: SteeringContext, from: Planned): Promise<Planned | RunResult> {
  const { power } = context.config;
  if (power === null) return from;
  context.reportProgress({ phase: 'steering', text: `Synchronising steering files from ${power.source}` });
  const source = await context.readPower(power);
  const files = checkPower(source, (bytes) => createHash('sha256').update(bytes).digest('hex'));
  const contents = await changedFiles(context, { files, head: from.head });
  if (contents.size === 0) return from;
  await context.monitor.assertLockHeld();
  const committed = await context.repository.commitContents({
    message: `chore(steering): synchronize steering files to v${source.version}\n\n${[...contents.keys()].join('\n')}\n`,
    trailers: [[TRAILERS.build, context.settings.buildId]],
    contents,
    judgeSecret: createSecretJudge(from.repositoryFile),
  });
  if (committed.kind === 'holds-secrets') {
    const detail = `${committed.places.join(', ')} of the Power contains a secret of the worker.`;
    const remedy = 'Remove the secret from the Power, and replace it by a new one.';
    return endRun({ kind: 'setup-failed', detail, remedy });
  }
  if (committed.kind === 'adds-secrets') {
    const places = committed.found.map(({ path, line, rule }) => `${path}:${line} (${rule})`);
    const detail = `The Power has what looks like a secret: ${places.slice(0, 5).join('; ')}.`;
    const remedy = `Take it out of the Power, or list it under "secrets.allow" of ${REPOSITORY_FILE} if it is none.`;
    return endRun({ kind: 'setup-failed', detail, remedy });
  }
  const { head } = committed;
  return (await pushOwnCommit(context, { commit: head, parent: from.head })) ?? { ...from, head };
}

async function changedFiles(
  { repository }: SteeringContext,
  { files, head }: { files: ReadonlyMap<string, Uint8Array>; head: string },
): Promise<Map<string, Uint8Array>> {
  const changed = new Map<string, Uint8Array>();
  for (const [name, bytes] of files) {
    const target = `.kiro/steering/${name}`;
    const current = await repository.read(head, target);
    if (current === null || !Buffer.from(current).equals(bytes)) changed.set(target, bytes);
  }
  return changed;
}
