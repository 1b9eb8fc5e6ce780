import * as z from 'zod';
import { isWorkerError, WorkerError } from '../../core/errors.ts';
import type { Branches, BranchFacts, InspectedPullRequest, RepositoryFacts } from '../../core/ports/github.ts';
import { specFolderCandidates } from '../../core/spec/spec.ts';
import type { GraphQlError } from './answer.ts';
import { isNothingThere, parseAnswer } from './answer.ts';
import type { AnsweredBranch } from './branches/answer.ts';
import {
  aliasReader,
  PullRequestsAnswer,
  RepositoryAnswer,
  toBranch,
  toPullRequests,
  toRepository,
} from './branches/answer.ts';
import { inspectBranches, LIST_PULL_REQUESTS } from './branches/document.ts';
import { createFolderReader } from './branches/folders.ts';
import { createRulesFileReader } from './branches/rules-file.ts';
import { createRulesReader } from './branches/rulesets.ts';
import type { GitHubClient } from './client.ts';
import { createHoles } from './holes.ts';
import { createRequestSize, inRequestsOf, isTooMuch } from './pace/request-size.ts';

/** Branches of one request: its answer stays small and its price one point. */
const BATCH_SIZE = 50;

interface Target {
  readonly client: GitHubClient;
  /** `owner/name`. */
  readonly repository: string;
}

/** Makes the reader of branch facts of one repository; one request per 50 branches, smaller ones where GitHub cannot answer
 *  so many. */
export function createGitHubBranches(target: Target): Branches {
  const { client } = target;
  const size = createRequestSize(BATCH_SIZE);
  return {
    inspect: async (names) => {
      const before = client.traffic.requests;
      const branches = new Map<string, BranchFacts>();
      const unique = [...new Set(names)];
      let facts: RepositoryFacts | null = null;
      // Without any branch the facts of the repository are still wanted.
      for (let start = 0; facts === null || start < unique.length; ) {
        const batch = await inRequestsOf(size, (count) =>
          inspectBatch(target, { names: unique.slice(start, start + count), count }),
        );
        facts = batch.facts;
        for (const [name, branch] of batch.branches) branches.set(name, branch);
        start += Math.max(1, batch.branches.length);
      }
      return { repository: facts, branches, requests: client.traffic.requests - before };
    },
    rules: createRulesReader(target),
    rulesFile: createRulesFileReader(target),
    folders: createFolderReader(target),
  };
}

interface Batch {
  readonly facts: RepositoryFacts;
  readonly branches: ReadonlyArray<readonly [string, BranchFacts]>;
}

async function inspectBatch(
  target: Target,
  { names, count }: { names: readonly string[]; count: number },
): Promise<Batch> {
  const holes = createHoles(memberAt);
  const folders = names.map(specFolderCandidates);
  const answer = await askForBatch(target, { names, folders, repeatable: count === 1, take: holes.take });
  if (answer === 'too-much')
    return { ...(await inspectBatch(target, { names: [], count })), branches: names.map(tooMuch) };
  if (answer === null) throw repositoryMissing(target.repository);
  const read = aliasReader(answer);
  const branches = await Promise.all(
    names.map(async (name, i) => {
      const hole = holes.reasonOf(i);
      if (hole !== undefined) return [name, { exists: 'unknown', reason: hole }] as const;
      const { facts, hasMore } = toBranchOrUnknown(read, { i, name, folders: folders[i] ?? [] });
      if (!hasMore || facts.exists !== true) return [name, facts] as const;
      return [name, await withAllPullRequests(target, { name, facts })] as const;
    }),
  );
  return { facts: toRepository(answer), branches };
}

/** One answer of an unknown shape is one unknown branch. */
function toBranchOrUnknown(...call: Parameters<typeof toBranch>): AnsweredBranch {
  try {
    return toBranch(...call);
  } catch (error) {
    if (!isWorkerError(error, 'GITHUB_ANSWER_INVALID')) throw error;
    return { facts: { exists: 'unknown', reason: error.problems.join('; ') }, hasMore: false };
  }
}

interface Question {
  readonly names: readonly string[];
  readonly folders: readonly (readonly string[])[];
  readonly repeatable: boolean;
  readonly take: (error: GraphQlError) => boolean;
}

/** `too-much` when GitHub cannot answer for one single branch. */
async function askForBatch({ client, repository }: Target, { names, folders, repeatable, take }: Question) {
  const [owner = '', name = ''] = repository.split('/');
  try {
    const answer = await client.graphql({
      document: inspectBranches(folders.map(({ length }) => length)),
      variables: { owner, name, ...branchVariables(names, folders) },
      answer: z.object({ repository: RepositoryAnswer.nullable() }),
      allow: (error) => isNothingThere(error, ['repository']) || isRuleHidden(error) || take(error),
      // A smaller batch is the first thing to try; only the smallest one waits for better times.
      repeatable,
    });
    return answer.repository;
  } catch (error) {
    if (names.length === 1 && isWorkerError(error) && isTooMuch(error)) return 'too-much';
    throw error;
  }
}

function tooMuch(name: string) {
  return [
    name,
    { exists: 'unknown', reason: 'its spec and pull requests are more than GitHub answers at once.' },
  ] as const;
}

function branchVariables(names: readonly string[], folders: readonly (readonly string[])[]): Record<string, string> {
  const variables: Record<string, string> = {};
  names.forEach((branch, i) => {
    const ref = `refs/heads/${branch}`;
    variables[`ref${i}`] = ref;
    variables[`branch${i}`] = branch;
    folders[i]?.forEach((folder, j) => {
      variables[`folder${i}_${j}`] = `${ref}:${folder}`;
      variables[`tasks${i}_${j}`] = `${ref}:${folder}/tasks.md`;
      variables[`config${i}_${j}`] = `${ref}:${folder}/.config.kiro`;
    });
  });
  return variables;
}

/** The number of the branch whose alias an error lies under, null for the repository's own fields. */
function memberAt([repository, alias]: readonly (string | number)[]): number | null {
  const match = repository === 'repository' ? /^[bpftc](\d+)(?:_\d+)?$/.exec(String(alias)) : null;
  return match ? Number(match[1]) : null;
}

/** A hole in the list is a matter of this branch alone: nobody knows what it hides. */
async function withAllPullRequests(
  { client, repository }: Target,
  { name: branch, facts }: { name: string; facts: Extract<BranchFacts, { exists: true }> },
): Promise<BranchFacts> {
  const [owner = '', name = ''] = repository.split('/');
  const holes = createHoles(([, list, nodes, index]) =>
    list === 'pullRequests' && nodes === 'nodes' && index !== undefined ? branch : null,
  );
  const found: InspectedPullRequest[] = [];
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const answer: { repository: { pullRequests: unknown } } = await client.graphql({
      document: LIST_PULL_REQUESTS,
      variables: { owner, name, branch, after },
      answer: z.object({ repository: z.object({ pullRequests: z.unknown() }) }),
      allow: holes.take,
    });
    const hole = holes.reasonOf(branch);
    if (hole !== undefined) return { exists: 'unknown', reason: hole };
    const { pullRequests } = parseAnswer(ListAnswer, { data: answer.repository, operation: LIST_PULL_REQUESTS.name });
    found.push(...toPullRequests(pullRequests));
    after = pullRequests.pageInfo?.hasNextPage ? pullRequests.pageInfo.endCursor : null;
  }
  return { ...facts, pullRequests: found };
}

const ListAnswer = z.object({ pullRequests: PullRequestsAnswer });

/** Branch protection is for administrators: a token that may not read it still may work on the branch. */
function isRuleHidden({ type, path }: GraphQlError): boolean {
  const field = path?.at(-1);
  return type === 'FORBIDDEN' && path?.length === 3 && (field === 'branchProtectionRule' || field === 'refUpdateRule');
}

function repositoryMissing(repository: string): WorkerError {
  return new WorkerError({
    code: 'GITHUB_FAILED',
    what: `There is no repository ${repository} that this token may see.`,
    why: 'GitHub answers alike for a repository that is not there and for one that is out of reach.',
    remedy: 'Check repository in the project configuration, and that the token has access to that repository.',
  });
}
