import { createHash } from 'node:crypto';
import { TRAILERS } from '../../core/names.ts';
import { checkPower } from '../../core/power.ts';
import type { Step } from '../run-state.ts';
import { reportProgress } from '../run-state.ts';
import { pushOrEnd } from './push.ts';

/** Synchronises `.kiro/steering/` from the configured Power; commits only what changed. */
export const syncSteering: Step = async (run) => {
  const { ports, state, settings } = run;
  const { power } = ports.config;
  if (power === null) return null;
  reportProgress(run, { phase: 'steering', text: `Synchronising steering files from ${power.source}` });
  const source = await ports.readPower(power);
  const files = checkPower(source, (bytes) => createHash('sha256').update(bytes).digest('hex'));
  const contents = new Map<string, Uint8Array>();
  for (const [name, bytes] of files) {
    const target = `.kiro/steering/${name}`;
    const current = await ports.repository.read(state.head ?? '', target);
    if (current === null || !Buffer.from(current).equals(bytes)) contents.set(target, bytes);
  }
  if (contents.size === 0) return null;
  await run.fence();
  const committed = await ports.repository.commitContents({
    message: `chore(steering): synchronize steering files to v${source.version}\n\n${[...contents.keys()].join('\n')}\n`,
    trailers: [[TRAILERS.build, settings.buildId]],
    contents,
  });
  if (committed.kind === 'holds-secrets') {
    const detail = `${committed.places.join(', ')} of the Power holds a secret of the worker.`;
    return { kind: 'setup-failed', detail, remedy: 'Take the secret out of the Power, and replace it by a new one.' };
  }
  state.head = committed.head;
  return pushOrEnd(run);
};
