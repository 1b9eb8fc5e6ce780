import * as z from 'zod';
import { REPOSITORY_FILE } from '../../../core/names.ts';
import type { RulesFile } from '../../../core/repository/rules-file.ts';
import type { GitHubClient } from '../client.ts';
import type { GraphQlDocument } from '../graphql-document.ts';

/** What a branch has at the path of the rules; the tree entry says what kind of thing it is. */
export const READ_RULES_FILE: GraphQlDocument = {
  name: 'ReadRulesFile',
  text: `query ReadRulesFile($owner: String!, $name: String!, $ref: String!, $path: String!) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) {
      target {
        __typename
        ... on Commit { file(path: $path) { mode object { __typename ... on Blob { byteSize text } } } }
      }
    }
  }
}`,
};

const BlobAnswer = z.object({ byteSize: z.int().optional(), text: z.string().nullish() });

const Answer = z.object({
  repository: z.object({
    ref: z
      .object({
        target: z.object({ file: z.object({ mode: z.int(), object: BlobAnswer.nullable() }).nullish() }).nullable(),
      })
      .nullable(),
  }),
});

/** By the type bits of a mode. */
const KINDS: ReadonlyMap<number, RulesFile['kind']> = new Map([
  [0o10, 'file'],
  [0o04, 'folder'],
  [0o12, 'link'],
  [0o16, 'submodule'],
]);

/** Makes the reader of the file of the rules: one request for each branch, however many cards have its rules. */
export function createRulesFileReader(target: {
  readonly client: GitHubClient;
  /** `owner/name`. */
  readonly repository: string;
}): (branch: string) => Promise<RulesFile | null> {
  const known = new Map<string, Promise<RulesFile | null>>();
  return (branch) => {
    const file = known.get(branch) ?? read(target, branch);
    known.set(branch, file);
    return file;
  };
}

async function read(
  { client, repository }: Parameters<typeof createRulesFileReader>[0],
  branch: string,
): Promise<RulesFile | null> {
  const [owner = '', name = ''] = repository.split('/');
  const answer = await client.graphql({
    document: READ_RULES_FILE,
    variables: { owner, name, ref: `refs/heads/${branch}`, path: REPOSITORY_FILE },
    answer: Answer,
  });
  const file = answer.repository.ref?.target?.file;
  if (!file) return null;
  const { byteSize = 0, text = null } = file.object ?? {};
  return { kind: KINDS.get(file.mode >> 12) ?? 'file', size: byteSize, text };
}
