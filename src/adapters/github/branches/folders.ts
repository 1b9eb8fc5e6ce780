import * as z from 'zod';
import type { Branches, FolderFacts, FolderQuestion } from '../../../core/ports/github.ts';
import type { GitHubClient } from '../client.ts';
import type { GraphQlDocument } from '../graphql-document.ts';
import { createHoles, type Holes } from '../holes.ts';
import { createRequestSize, inRequestsOf } from '../pace/request-size.ts';

const BATCH_SIZE = 50;

/** Asks of as many commits as `depths` has members what they have at a path and at each folder above it; each member is the number of
 *  these. Commit i answers under the alias c{i}, with p{j} for its path j, the topmost first. */
export function findFolders(depths: readonly number[]): GraphQlDocument {
  const variables = ['$owner: String!', '$name: String!'];
  const commits = depths.map((depth, i) => {
    const at = Array.from({ length: depth }, (_, j) => j);
    variables.push(`$commit${i}: GitObjectID!`, ...at.map((j) => `$path${i}_${j}: String!`));
    const entries = at.map((j) => `p${j}: file(path: $path${i}_${j}) { mode }`);
    return `c${i}: object(oid: $commit${i}) { __typename ... on Commit { ${entries.join(' ')} } }`;
  });
  return {
    name: 'FindFolders',
    text: `query FindFolders(${variables.join(', ')}) {
  repository(owner: $owner, name: $name) {
    ${commits.join('\n    ')}
  }
}`,
  };
}

const CommitAnswer = z.record(z.string(), z.union([z.string(), z.object({ mode: z.int() }), z.null()])).nullish();
const Answer = z.object({ repository: z.record(z.string(), CommitAnswer) });

interface Target {
  readonly client: GitHubClient;
  /** `owner/name`. */
  readonly repository: string;
}

/** Makes the reader of what commits have at the paths of folders: one request for 50 of them. */
export function createFolderReader(target: Target): Branches['folders'] {
  const size = createRequestSize(BATCH_SIZE);
  return async (questions) => {
    const facts: FolderFacts[] = [];
    while (facts.length < questions.length) {
      const start = facts.length;
      facts.push(...(await inRequestsOf(size, (count) => ask(target, questions.slice(start, start + count)))));
    }
    return facts;
  };
}

async function ask({ client, repository }: Target, questions: readonly FolderQuestion[]): Promise<FolderFacts[]> {
  const [owner = '', name = ''] = repository.split('/');
  const asked = questions.map(({ commit, folder }) => ({ commit, paths: withParents(folder) }));
  const variables: Record<string, string> = { owner, name };
  asked.forEach(({ commit, paths }, i) => {
    variables[`commit${i}`] = commit;
    paths.forEach((path, j) => {
      variables[`path${i}_${j}`] = path;
    });
  });
  const holes = createHoles(([, alias]) => (alias === undefined ? null : alias));
  const answer = await client.graphql({
    document: findFolders(asked.map(({ paths }) => paths.length)),
    variables,
    answer: Answer,
    allow: holes.take,
  });
  return asked.map(({ commit, paths }, i) => judge(answer.repository[`c${i}`], { holes, at: `c${i}`, commit, paths }));
}

/** `a/b` comes to `a` and `a/b`. */
function withParents(folder: string): string[] {
  const parts = folder.split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** By the type bits of a mode. */
const TREE = 0o04;
const SUBMODULE = 0o16;

/** What lies in a submodule is another repository's. */
function judge(
  answer: z.infer<typeof CommitAnswer>,
  { holes, at, commit, paths }: { holes: Holes; at: string; commit: string; paths: readonly string[] },
): FolderFacts {
  const reason = holes.reasonOf(at);
  if (reason !== undefined) return { kind: 'unknown', reason };
  if (!answer) return { kind: 'unknown', reason: `it has no commit ${commit} any more.` };
  for (const [j] of paths.entries()) {
    const entry = answer[`p${j}`];
    if (entry === undefined || typeof entry === 'string') return { kind: 'unknown', reason: `${commit} is no commit.` };
    const type = entry === null ? null : entry.mode >> 12;
    if (type === SUBMODULE) return { kind: 'in-submodule' };
    if (type !== TREE) return { kind: 'absent' };
  }
  return { kind: 'there' };
}
