import type { Git } from '../git-process.ts';
import { failureOf, passing, withoutProgress } from './failure.ts';
import { type Patience, retryPassing } from './retry.ts';

/** What a fetch and a push ask first. Nothing of any branch is in it: the ref is nobody's, and git deletes none that is not listed. */
const QUESTIONS = [
  ['ls-remote', 'origin', 'HEAD'],
  ['push', '--dry-run', 'origin', ':refs/kiro-worker/none'],
] as const;

/** Asks the server for its refs once, as a fetch and as a push do. Throws GIT_UNAVAILABLE where it does not answer; whatever it
 *  answers will do. */
export function probeServer(git: Git, patience: Patience): Promise<void> {
  const attempt = async () => {
    for (const args of QUESTIONS) {
      const answer = await git.run(args);
      if (answer.exitCode !== 0 && failureOf(answer).kind === 'passing')
        throw passing(args[0], withoutProgress(answer.stderr));
    }
  };
  return retryPassing(patience, { attempt, signal: AbortSignal.abort() });
}
