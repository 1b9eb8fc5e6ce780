import { buildRelease } from '../../src/adapters/bundle/release-bundle.ts';
import { parseBeginning } from '../../src/core/release.ts';
import { chooseStoredRelease, listReleases, publishRelease, type ReleaseList } from '../../src/flows/release.ts';
import { createProgress, type Progress } from '../terminal/progress.ts';
import { formatTable } from '../terminal/table.ts';
import { formatTime } from '../terminal/time.ts';
import { chosenEnvironment } from './chosen-environment.ts';
import { refuseChangedCheckout } from './deploy/refuse-unreviewed.ts';
import { openReleasePlace, type ReleaseOptions, type ReleasePlace } from './release-place.ts';

/** `kiro-worker release`: bundles the worker, uploads it when its content is new, makes new builds run it. */
export async function publish(options: ReleaseOptions): Promise<number> {
  const { environment: chosen } = chosenEnvironment(options.env, process.env);
  if (chosen === 'production') await refuseChangedCheckout();
  return withPlace(options, async ({ environment, bucketName, store }, progress) => {
    progress.show({ phase: 'release', n: 1, m: 2, text: 'Bundling the worker' });
    const release = await buildRelease();
    const onStep = (text: string) => progress.show({ phase: 'release', n: 2, m: 2, text });
    const { hash, uploaded, previous } = await publishRelease({ store, release, onStep });
    const facts = { environment, bucket: bucketName, hash, uploaded, previous, sizeBytes: release.zip.length };
    const uploadLine = uploaded
      ? `Published ${short(hash)} to ${bucketName}.`
      : `${bucketName} already contains ${short(hash)}; nothing was uploaded.`;
    return { facts, text: `${uploadLine}\n${nowRuns(facts)}` };
  });
}

/** `kiro-worker release use HASH`: makes new builds run a release that was published before. */
export async function useRelease(wanted: string, options: ReleaseOptions): Promise<number> {
  // A slip is told before anything is asked of AWS.
  parseBeginning(wanted, chosenEnvironment(options.env, process.env));
  return withPlace(options, async ({ environment, store }, progress) => {
    progress.show({ phase: 'release', text: 'Choosing among what was published' });
    const facts = { environment, ...(await chooseStoredRelease({ store, wanted, environment })) };
    return { facts, text: nowRuns(facts) };
  });
}

/** `kiro-worker release list`. Exit code 1 when new builds cannot run what was chosen. */
export async function showReleases(options: ReleaseOptions): Promise<number> {
  return withPlace(options, async ({ environment, bucketName, store }, progress) => {
    progress.show({ phase: 'release', text: 'Listing' });
    const list = await listReleases(store);
    const releases = list.releases.map(({ publishedAtMs, ...one }) => ({
      ...one,
      publishedAt: formatTime(publishedAtMs),
    }));
    if (list.problem !== null) progress.note(`warning: ${list.problem}`);
    return {
      facts: { environment, bucket: bucketName, ...list, releases },
      text: `Releases in ${bucketName} (${releases.length})\n${formatReleases(list)}\nNext: ${nextOf(list, environment)}\n`,
      exitCode: list.problem === null ? 0 : 1,
    };
  });
}

interface ReleaseSummary {
  readonly facts: object;
  readonly text: string;
  readonly exitCode?: number;
}

async function withPlace(
  options: ReleaseOptions,
  work: (place: ReleasePlace, progress: Progress) => Promise<ReleaseSummary>,
): Promise<number> {
  const progress = createProgress();
  progress.show({ phase: 'release', text: 'Finding the artifacts bucket' });
  let place: ReleasePlace | undefined;
  try {
    place = await openReleasePlace(options, process.env);
    const { facts, text, exitCode = 0 } = await work(place, progress);
    progress.stop();
    process.stdout.write(options.json ? `${JSON.stringify(facts, null, 2)}\n` : text);
    return exitCode;
  } finally {
    progress.stop();
    place?.close();
  }
}

function nowRuns(facts: { environment: string; hash: string; previous: string | null }): string {
  const { environment, hash, previous } = facts;
  if (previous === hash)
    return `Builds of ${environment} already run it.\nNext: ${COMMAND} list --env ${environment}\n`;
  const next =
    previous === null
      ? `Next: ${COMMAND} list --env ${environment}`
      : `Next, to go back: ${COMMAND} use ${short(previous)} --env ${environment}`;
  return `The next build of ${environment} runs ${short(hash)}.\n${next}\n`;
}

function nextOf({ releases, problem }: ReleaseList, environment: string): string {
  const isPublishing = releases.length === 0 || problem !== null;
  return isPublishing ? `${COMMAND} --env ${environment}` : `${COMMAND} use HASH --env ${environment}`;
}

function formatReleases({ releases }: ReleaseList): string {
  return formatTable({
    head: ['Release', 'Published', 'Size', 'In use'],
    rows: releases.map(({ hash, publishedAtMs, sizeBytes, inUse }) => [
      short(hash),
      formatTime(publishedAtMs),
      `${(sizeBytes / 1024).toFixed(0)} KiB`,
      inUse ? 'by new builds' : '',
    ]),
  });
}

const COMMAND = 'npx kiro-worker release';

/** Enough of a hash to distinguish releases, and to type. */
function short(hash: string): string {
  return hash.slice(0, 12);
}
