import { REPOSITORY_FILE } from '../names.ts';
import type { FoundToolchains, Toolchain } from '../ports/toolchains.ts';
import type { RepositorySettings } from './repository-file.ts';
import type { ToolNeed } from './tool-need.ts';
import { compareNumbers, numbersOf } from './toolchains/version-range.ts';
import { CHOSEN_TOOLS, type ChosenTool, readWish, type Wish } from './toolchains/wish.ts';

/** Which version of a tool the commands of a repository get. */
export interface Choice {
  readonly tool: ChosenTool;
  /** Null where none will do, or where nobody asks for a version. */
  readonly chosen: Toolchain | null;
  /** Needs that nothing here meets; the repository cannot be tested without. */
  readonly unmet: readonly ToolNeed[];
  /** Needs that the chosen one does not meet, or that name no version, and without which commands may run all the same. */
  readonly ignored: readonly ToolNeed[];
}

/** Returns what a repository asks for: what `.kiro-worker.yml` says of a tool replaces what other files say. */
export function needsOf(
  { needs }: { needs: readonly ToolNeed[] },
  file: Pick<RepositorySettings, 'tools' | 'source'> | null,
): ToolNeed[] {
  const own = CHOSEN_TOOLS.flatMap((tool) => {
    const wanted = file?.tools[tool];
    return wanted === undefined ? [] : [{ tool, wanted, by: file?.source ?? REPOSITORY_FILE }];
  });
  return [...own, ...needs.filter(({ tool }) => !own.some((one) => one.tool === tool))];
}

/** Returns the version of a tool that meets all that a repository's files say of it: the one that they name, else the machine's
 *  default, else the newest (of Java the oldest). */
export function chooseTool(
  tool: ChosenTool,
  { needs, found }: { needs: readonly ToolNeed[]; found: FoundToolchains },
): Choice {
  const read = needs.map((need) => ({ need, wish: readWish(tool, need) }));
  const wishes = read.flatMap(({ need, wish }) => (wish === null ? [] : [{ need, wish }]));
  const unread = read.flatMap(({ need, wish }) => (wish === null ? [need] : []));
  if (wishes.length === 0) {
    // Named all the same: a version manager would look into the branch's files, and find no such version either.
    const chosen = found.usable.find(({ isDefault }) => isDefault) ?? null;
    return { tool, chosen: unread.length === 0 ? null : chosen, unmet: [], ignored: unread };
  }
  const best = (among: readonly Asked[]) => bestOf(tool, { asked: among, usable: found.usable });
  const whole = best(wishes);
  if (whole !== null) return { tool, chosen: whole, unmet: [], ignored: unread };
  const strict = wishes.filter(({ need }) => !isAdvice(need));
  const chosen = best(strict) ?? (tool === 'go' ? fetchingGo(found.usable) : null);
  const missed = wishes.filter(({ wish }) => chosen === null || !wish.accepts(chosen.version)).map(({ need }) => need);
  if (chosen === null) return { tool, chosen, unmet: unmetOf(strict, found.usable), ignored: unread };
  return { tool, chosen, unmet: [], ignored: [...unread, ...missed] };
}

interface Asked {
  readonly need: ToolNeed;
  readonly wish: Wish;
}

/** Package managers of JavaScript warn where `engines` is not met, and go on. */
function isAdvice({ by }: ToolNeed): boolean {
  return by === 'package.json' || by.endsWith('/package.json');
}

/** From 1.21 on, Go itself fetches the version that a go.mod asks for. */
function fetchingGo(usable: readonly Toolchain[]): Toolchain | null {
  const newest = [...usable].sort((one, other) => byVersion(other, one))[0];
  return newest && compareNumbers(numbersOf(newest.version), [1, 21]) >= 0 ? newest : null;
}

function bestOf(
  tool: ChosenTool,
  { asked, usable }: { asked: readonly Asked[]; usable: readonly Toolchain[] },
): Toolchain | null {
  const preferred = ({ version }: Toolchain) => asked.filter(({ wish }) => wish.prefers(version)).length;
  const major = ({ version }: Toolchain) => numbersOf(version)[0] ?? 0;
  const [first] = usable
    .filter(({ version }) => asked.every(({ wish }) => wish.accepts(version)))
    .sort(
      (one, other) =>
        preferred(other) - preferred(one) ||
        (tool === 'jdk' ? major(one) - major(other) : 0) ||
        Number(other.isDefault) - Number(one.isDefault) ||
        byVersion(other, one),
    );
  return first ?? null;
}

/** Those that nothing meets; all where each is met, but by no one version. */
function unmetOf(asked: readonly Asked[], usable: readonly Toolchain[]): ToolNeed[] {
  const hopeless = asked.filter(({ wish }) => !usable.some(({ version }) => wish.accepts(version)));
  return (hopeless.length > 0 ? hopeless : asked).map(({ need }) => need);
}

function byVersion(one: Toolchain, other: Toolchain): number {
  return compareNumbers(numbersOf(one.version), numbersOf(other.version));
}
