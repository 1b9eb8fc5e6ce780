import * as z from 'zod';
import { WorkerError } from '../../core/errors.ts';
import type { Branches, BranchFacts, InspectedPullRequest, RepositoryFacts } from '../../core/ports/github.ts';
import type { SpecFiles } from '../../core/spec/spec.ts';
import { specFolderCandidates } from '../../core/spec/spec.ts';
import type { GraphQlError } from './answer.ts';
import { parseAnswer } from './answer.ts';
import { inspectBranches } from './branches-document.ts';
import type { GitHubClient } from './client.ts';
import { HeadCommitAnswer, toHeadCommit } from './head-commit.ts';
import { specFingerprint } from './spec-fingerprint.ts';

/** Branches of one request: its answer stays small and its price one point. */
const BATCH_SIZE = 50;

/** Makes the reader of branch facts of one repository (`owner/name`); one request per 50 branches. */
export function createGitHubBranches({ client, repository }: { client: GitHubClient; repository: string }): Branches {
  return {
    inspect: async (names) => {
      const before = client.traffic.requests;
      const branches = new Map<string, BranchFacts>();
      const unique = [...new Set(names)];
      let facts: RepositoryFacts | null = null;
      // Without any branch the facts of the repository are still wanted.
      for (let start = 0; facts === null || start < unique.length; start += BATCH_SIZE) {
        const batch = await inspectBatch({ client, repository, names: unique.slice(start, start + BATCH_SIZE) });
        facts = batch.facts;
        for (const [name, branch] of batch.branches) branches.set(name, branch);
      }
      return { repository: facts, branches, requests: client.traffic.requests - before };
    },
  };
}

interface Batch {
  readonly client: GitHubClient;
  readonly repository: string;
  readonly names: readonly string[];
}

async function inspectBatch({ client, repository, names }: Batch) {
  const [owner = '', name = ''] = repository.split('/');
  const folders = names.map(specFolderCandidates);
  const answer = await client.graphql({
    document: inspectBranches(folders.map(({ length }) => length)),
    variables: { owner, name, ...branchVariables(names, folders) },
    answer: z.object({ repository: RepositoryAnswer.nullable() }),
    allow: (error) => isRepositoryMissing(error) || isRuleHidden(error),
  });
  if (answer.repository === null) throw repositoryMissing(repository);
  const read = aliasReader(answer.repository);
  const branches = names.map((branch, i) => [branch, toBranch(read, { i, folders: folders[i] ?? [] })] as const);
  return { facts: toRepository(answer.repository), branches };
}

type ReadAlias = <T>(alias: string, shape: z.ZodType<T>) => T;

/** Reads the aliased fields of an answered repository, each in its shape. Throws GITHUB_ANSWER_INVALID. */
function aliasReader(repository: Readonly<Record<string, unknown>>): ReadAlias {
  return (alias, shape) =>
    parseAnswer(shape, { data: repository[alias], operation: 'InspectBranches', at: ['repository', alias] });
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

/** A branch with its `.kiro-worker.yml`; a target that is no commit has none. */
const RulesFileAnswer = z.object({
  target: z.object({ file: z.object({ oid: z.string() }).nullish() }).nullable(),
});

/** Loose: the branches come beside these fields, under aliases. */
const RepositoryAnswer = z.looseObject({
  nameWithOwner: z.string(),
  isArchived: z.boolean(),
  viewerPermission: z.string().nullable(),
  defaultBranchRef: RulesFileAnswer.extend({ name: z.string() }).nullable(),
});

const RefAnswer = z.object({
  target: HeadCommitAnswer.nullable(),
  // The first is for administrators, the second for everybody else; each is null to the other.
  branchProtectionRule: z.object({ id: z.string() }).nullable(),
  refUpdateRule: z.object({ pattern: z.string() }).nullable(),
});

const PullRequestsAnswer = z.object({
  nodes: z.array(
    z
      .object({
        id: z.string(),
        number: z.int(),
        url: z.string(),
        isDraft: z.boolean(),
        headRefName: z.string(),
        headRepository: z.object({ nameWithOwner: z.string() }).nullable(),
        baseRefName: z.string(),
        // Null when the base is gone.
        baseRef: RulesFileAnswer.nullable(),
      })
      .nullable(),
  ),
});

const FolderAnswer = z.object({
  __typename: z.string(),
  entries: z
    .array(z.object({ name: z.string(), type: z.string(), mode: z.int(), oid: z.string().nullish() }))
    .nullish(),
});

const FileAnswer = z.object({
  text: z.string().nullish(),
  isBinary: z.boolean().nullish(),
  isTruncated: z.boolean().optional(),
});

function toBranch(read: ReadAlias, { i, folders }: { i: number; folders: readonly string[] }): BranchFacts {
  const ref = read(`b${i}`, RefAnswer.nullable());
  const pullRequests = toPullRequests(read(`p${i}`, PullRequestsAnswer));
  const specs = folders.map((folder, j) => toSpec(read, { folder, at: `${i}_${j}` }));
  if (!ref?.target) return { exists: false };
  return {
    exists: true,
    head: ref.target.oid,
    headCommit: toHeadCommit(ref.target),
    isProtected: ref.branchProtectionRule !== null || ref.refUpdateRule !== null,
    spec: specs.find((spec) => spec !== null) ?? null,
    pullRequests,
  };
}

const SYMBOLIC_LINK = 0o120000;

function toSpec(read: ReadAlias, { folder, at }: { folder: string; at: string }): SpecFiles | null {
  const tree = read(`f${at}`, FolderAnswer.nullable());
  const texts = {
    'tasks.md': read(`t${at}`, FileAnswer.nullable()),
    '.config.kiro': read(`c${at}`, FileAnswer.nullable()),
  };
  if (tree?.__typename !== 'Tree') return null;
  const files = (tree.entries ?? []).filter(({ type, mode }) => type === 'blob' && mode !== SYMBOLIC_LINK);
  const names = files.map(({ name }) => name);
  const fileOf = (name: keyof typeof texts) => (names.includes(name) ? texts[name] : null);
  const tasks = fileOf('tasks.md');
  const fileIds = Object.fromEntries(files.map(({ name, oid }) => [name, oid ?? '']));
  return {
    folder,
    names,
    tasks: tasks?.text ?? null,
    config: fileOf('.config.kiro')?.text ?? null,
    fingerprint: specFingerprint({ folder, tasks: tasks?.text ?? null, fileIds }),
    ...(tasks?.isTruncated ? { tasksTruncated: true } : {}),
  };
}

function toPullRequests({ nodes }: z.infer<typeof PullRequestsAnswer>): InspectedPullRequest[] {
  return nodes.flatMap((node) =>
    node === null
      ? []
      : {
          id: node.id,
          number: node.number,
          url: node.url,
          isDraft: node.isDraft,
          headRef: node.headRefName,
          headRepository: node.headRepository?.nameWithOwner ?? null,
          baseRef: node.baseRefName,
          baseRulesFile: node.baseRef?.target?.file?.oid ?? null,
        },
  );
}

function toRepository(answer: z.infer<typeof RepositoryAnswer>): RepositoryFacts {
  const { nameWithOwner, viewerPermission, isArchived } = answer;
  return {
    nameWithOwner,
    defaultBranch: answer.defaultBranchRef?.name ?? '',
    rulesFile: answer.defaultBranchRef?.target?.file?.oid ?? null,
    // Null for a GitHub App, whose rights this field does not say: then the push itself shows them.
    canPush: viewerPermission === null || ['ADMIN', 'MAINTAIN', 'WRITE'].includes(viewerPermission),
    isArchived,
  };
}

function isRepositoryMissing({ type, path }: GraphQlError): boolean {
  return type === 'NOT_FOUND' && path?.length === 1 && path[0] === 'repository';
}

/** Rules are for administrators: a token that may not read them still may work on the branch. */
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
