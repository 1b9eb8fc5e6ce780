import * as z from 'zod';
import type { BranchFacts, BranchRule, InspectedPullRequest, RepositoryFacts } from '../../../core/ports/github.ts';
import type { SpecFiles } from '../../../core/spec/spec.ts';
import { parseAnswer } from '../answer.ts';
import { HeadCommitAnswer, toHeadCommit } from '../head-commit.ts';
import { specFingerprint } from '../spec-fingerprint.ts';

/** Reads one aliased field of an answered repository in its shape. Throws GITHUB_ANSWER_INVALID. */
export type ReadAlias = <T>(alias: string, shape: z.ZodType<T>) => T;

/** Makes the reader of the aliased fields of one answer. */
export function aliasReader(repository: Readonly<Record<string, unknown>>): ReadAlias {
  return (alias, shape) =>
    parseAnswer(shape, { data: repository[alias], operation: 'InspectBranches', at: ['repository', alias] });
}

/** A branch with its `.kiro-worker.yml`; a target that is no commit has none. */
const RulesFileAnswer = z.object({
  target: z.object({ file: z.object({ oid: z.string() }).nullish() }).nullable(),
});

/** Loose: the branches come beside these fields, under aliases. */
export const RepositoryAnswer = z.looseObject({
  nameWithOwner: z.string(),
  isArchived: z.boolean(),
  viewerPermission: z.string().nullable(),
  defaultBranchRef: RulesFileAnswer.extend({ name: z.string() }).nullable(),
});

const isSet = z.boolean().optional();

const RefAnswer = z.object({
  prefix: z.string().optional(),
  name: z.string().optional(),
  target: HeadCommitAnswer.nullable(),
  branchProtectionRule: z
    .object({
      pattern: z.string().optional(),
      isAdminEnforced: isSet,
      requiresApprovingReviews: isSet,
      requiresCommitSignatures: isSet,
      requiresLinearHistory: isSet,
    })
    .nullable(),
  refUpdateRule: z
    .object({ pattern: z.string(), viewerCanPush: isSet, requiresSignatures: isSet, requiresLinearHistory: isSet })
    .nullable(),
});

export const PullRequestsAnswer = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }).optional(),
  nodes: z.array(
    z.object({
      id: z.string(),
      number: z.int(),
      url: z.string(),
      isDraft: z.boolean(),
      headRefName: z.string(),
      headRepository: z.object({ nameWithOwner: z.string() }).nullable(),
      baseRefName: z.string(),
      // Null when the base is gone.
      baseRef: RulesFileAnswer.nullable(),
    }),
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

/** A branch as answered; `hasMore` when it has more open pull requests than came with it. */
export interface AnsweredBranch {
  readonly facts: BranchFacts;
  readonly hasMore: boolean;
}

/** Returns the branch that was asked for as number `i`. Throws GITHUB_ANSWER_INVALID. */
export function toBranch(
  read: ReadAlias,
  { i, name, folders }: { i: number; name: string; folders: readonly string[] },
): AnsweredBranch {
  const ref = read(`b${i}`, RefAnswer.nullable());
  const pullRequests = read(`p${i}`, PullRequestsAnswer);
  const specs = folders.map((folder, j) => toSpec(read, { folder, at: `${i}_${j}` }));
  // A name is looked up as git does it: where the branch is gone, a twin called `refs/heads/<name>` may answer.
  const isTwin = ref?.name !== undefined && `${ref.prefix ?? ''}${ref.name}` !== `refs/heads/${name}`;
  if (!ref?.target || isTwin) return { facts: { exists: false }, hasMore: false };
  return {
    facts: {
      exists: true,
      head: ref.target.oid,
      headCommit: toHeadCommit(ref.target),
      rules: toRules(ref),
      spec: specs.find((spec) => spec !== null) ?? null,
      pullRequests: toPullRequests(pullRequests),
    },
    hasMore: pullRequests.pageInfo?.hasNextPage ?? false,
  };
}

function toRules({ branchProtectionRule: rule, refUpdateRule: forViewer }: z.infer<typeof RefAnswer>): BranchRule[] {
  const source = `the branch protection "${forViewer?.pattern ?? rule?.pattern ?? ''}"`;
  // An administrator is bound where the rule says so, and answers with no rule of his own.
  const bound = forViewer === null && rule?.isAdminEnforced ? rule : null;
  const kinds: Array<[BranchRule['kind'], boolean | undefined]> = [
    ['push', forViewer?.viewerCanPush === false],
    ['pull-request', bound?.requiresApprovingReviews],
    ['signatures', forViewer?.requiresSignatures ?? bound?.requiresCommitSignatures],
    ['linear-history', forViewer?.requiresLinearHistory ?? bound?.requiresLinearHistory],
  ];
  return kinds.flatMap(([kind, applies]) => (applies ? [{ kind, source }] : []));
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

/** Returns the pull requests of one page of answers. */
export function toPullRequests({ nodes }: z.infer<typeof PullRequestsAnswer>): InspectedPullRequest[] {
  return nodes.map((node) => ({
    id: node.id,
    number: node.number,
    url: node.url,
    isDraft: node.isDraft,
    headRef: node.headRefName,
    headRepository: node.headRepository?.nameWithOwner ?? null,
    baseRef: node.baseRefName,
    baseRulesFile: node.baseRef?.target?.file?.oid ?? null,
  }));
}

/** Returns the facts of the repository. */
export function toRepository(answer: z.infer<typeof RepositoryAnswer>): RepositoryFacts {
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
