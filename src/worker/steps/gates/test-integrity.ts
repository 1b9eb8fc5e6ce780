import { isConfiguration } from '../../../core/gates/integrity/config-paths.ts';
import { type IntegrityResult, judgeIntegrity } from '../../../core/gates/integrity/gate.ts';
import type { IntegrityInput } from '../../../core/gates/integrity/input.ts';
import { type ChangedFile, emptyModel, type SourceModel } from '../../../core/gates/integrity/model.ts';
import { isSnapshot } from '../../../core/gates/integrity/snapshots.ts';
import { languageOf } from '../../../core/gates/integrity/test-paths.ts';
import type { ChangedText } from '../../../core/gates/integrity/thresholds.ts';
import type { TestCounts } from '../../../core/gates/junit.ts';
import type { Policies } from '../../../core/gates/policy.ts';
import type { CommittedBlob, CommittedChange } from '../../../core/ports/git-objects.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { SourceParser } from '../../../core/ports/source-parser.ts';
import type { Sides } from './sides.ts';
import { collectSnapshots } from './snapshots-of-change.ts';

export interface IntegrityContext {
  readonly repository: Pick<Repository, 'objects' | 'paths' | 'read'>;
  readonly createSourceParser: () => SourceParser;
}

export interface IntegrityRequest {
  readonly since: string;
  readonly until: string;
  readonly policies: Policies;
  /** Null where no report says. */
  readonly counts: { readonly before: TestCounts | null; readonly after: TestCounts | null };
}

const LIMITS = { eachBytes: 4_000_000, allBytes: 128_000_000 };
/** Configurations that are larger are none. */
const MOST_OF_CONFIGURATION = 200_000;

/** Reads what differs between two commits, and judges whether the tests of the second prove as much. Throws GIT_FAILED. */
export async function judgeTestIntegrity(
  { repository, createSourceParser }: IntegrityContext,
  { since, until, policies, counts }: IntegrityRequest,
): Promise<IntegrityResult> {
  const all = await repository.objects.changes({ since, until });
  const changes = all.filter((change) => isRelevant(change.path) || isRelevant(change.formerPath));
  const ids = changes.flatMap(({ before, after }) =>
    [before, after].flatMap((blob) => (blob?.kind === 'file' ? [blob.id] : [])),
  );
  const contents = await repository.objects.contents(ids, LIMITS);
  const paths = await repository.paths(until);
  const sides = changes.map((change) => readSides(change, contents));
  const parser = createSourceParser();
  try {
    const files = await parseAll(parser, sides);
    const snapshots = await collectSnapshots({ repository, parser }, { sides, files, paths, until });
    const input: IntegrityInput = {
      files,
      snapshots,
      configurations: sides
        .filter(({ path, formerPath }) => isConfiguration(path) || isConfiguration(formerPath))
        .map(configurationOf),
      paths,
      unread: sides.filter(({ isUnread, path }) => isUnread && languageOf(path) !== null).map(({ path }) => path),
      ran: { before: ranOf(counts.before), after: ranOf(counts.after) },
    };
    return judgeIntegrity(input, policies);
  } finally {
    await parser.close();
  }
}

function isRelevant(path: string): boolean {
  return languageOf(path) !== null || isConfiguration(path) || isSnapshot(path);
}

function ranOf(counts: TestCounts | null): number | null {
  return counts === null ? null : counts.total - counts.skipped;
}

function readSides(
  { path, formerPath, before, after }: CommittedChange,
  contents: ReadonlyMap<string, Uint8Array | null>,
): Sides {
  const bytesOf = (blob: CommittedBlob | null) => (blob?.kind === 'file' ? (contents.get(blob.id) ?? null) : null);
  const textOf = (bytes: Uint8Array | null) => (bytes === null ? null : new TextDecoder().decode(bytes));
  const isUnread = [before, after].some((blob) => blob?.kind === 'file' && bytesOf(blob) === null);
  return { path, formerPath, before: textOf(bytesOf(before)), after: textOf(bytesOf(after)), isUnread };
}

function configurationOf({ path, before, after }: Sides): ChangedText {
  const short = (text: string | null) => (text !== null && text.length > MOST_OF_CONFIGURATION ? '' : text);
  return { path, before: short(before), after: short(after) };
}

/** Both sides of each source file; what was too large is read as a file without tests, so that those that it had are gone. */
async function parseAll(parser: SourceParser, sides: readonly Sides[]): Promise<ChangedFile<SourceModel>[]> {
  const sources = sides.filter(({ path, formerPath }) => languageOf(path) !== null || languageOf(formerPath) !== null);
  const texts = sources.flatMap(({ path, formerPath, before, after }) => [
    ...(before === null ? [] : [{ path: formerPath, text: before }]),
    ...(after === null ? [] : [{ path, text: after }]),
  ]);
  const models = (await parser.read(texts)).values();
  const next = (path: string) => models.next().value ?? emptyModel(path, 'it was not read');
  return sources.map(({ path, formerPath, before, after }) => ({
    before: before === null ? null : next(formerPath),
    after: after === null ? null : next(path),
  }));
}
