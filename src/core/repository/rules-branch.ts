import picomatch from 'picomatch';

/** Where a run's rules come from: `.kiro-worker.yml`, protected paths, and configuration that programs execute. */
export interface RulesSource {
  readonly branch: string;
  readonly commit: string;
  /** Commit where the work branch left that branch. */
  readonly mergeBase: string;
}

/** Returns the branch whose rules count: the base of the pull request where the board's configuration trusts it, else the
 *  repository's default branch. Whoever opens a pull request chooses its base, and so could choose the rules. */
export function rulesBranch(
  { base, defaultBranch }: { base: string; defaultBranch: string },
  trustedBases: readonly string[],
): string {
  const isTrusted = trustedBases.length > 0 && picomatch([...trustedBases], { dot: true, nonegate: true })(base);
  return isTrusted ? base : defaultBranch;
}
