import { randomUUID } from 'node:crypto';
import type { AcquireRequest, Holder, LockRow, ReleaseRequest } from '../../../src/core/lock.ts';
import type { PendingSurfaces } from '../../../src/core/pending-surfaces.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';

export const MINUTE = 60_000;
export const NOW = Date.UTC(2030, 0, 1);

/** What a run could not write: everything, with odd characters in it. */
export const PENDING: PendingSurfaces = {
  sinceMs: NOW,
  surfaces: ['pull-request', 'section', 'ready', 'comment', 'card'],
  subjectNumber: 7,
  ending: {
    outcome: 'completed',
    detail: 'All of "it".',
    remedy: 'Review.',
    actsNext: 'author',
    failedCommand: {
      name: 'test',
      command: 'npm test',
      source: 'detected from package.json',
      ended: 'exit code 1',
      lines: 'a "line"\n\u2028ветка',
      log: 'logs/test.log',
      yaml: null,
    },
    filesAt: null,
    branch: 'feature/a',
    specPath: '.kiro/specs/feature/a',
    environment: 'test',
    buildId: 'project:1',
    buildUrl: null,
    attempt: 2,
    startedAtMs: NOW,
    finishedAtMs: NOW + MINUTE,
  },
  section: '<!-- a "section" -->\n\u2028ветка',
  draft: { branch: 'feature/a', base: 'main', title: 'A title', body: '' },
};

/** A lock key that no other test uses. */
export function newKey(): string {
  return `octo/example#${randomUUID()}`;
}

export function acquireRequest(changes: Partial<AcquireRequest> = {}): AcquireRequest {
  return {
    lockKey: newKey(),
    branch: 'feature/a',
    owner: randomUUID(),
    workItemId: 'item-1',
    environment: 'test',
    startToken: 'item-1:1',
    leaseMs: 30 * MINUTE,
    nowMs: NOW,
    resetAttempts: false,
    ...changes,
  };
}

export async function acquired(store: LockStore, changes: Partial<AcquireRequest> = {}): Promise<LockRow> {
  const acquisition = await store.acquire(acquireRequest(changes));
  if (acquisition.kind !== 'acquired') throw new Error(`refused: ${JSON.stringify(acquisition.row)}`);
  return acquisition.row;
}

export function holderOf({ lockKey, owner, fence }: Holder): Holder {
  return { lockKey, owner, fence };
}

export function releaseRequest(holder: Holder, changes: Partial<ReleaseRequest> = {}): ReleaseRequest {
  return { ...holderOf(holder), outcome: 'completed', nextEligibleAtMs: NOW, head: null, nowMs: NOW, ...changes };
}
