import * as z from 'zod';
import { isWorkerError, WorkerError } from '../../../core/errors.ts';
import type { BoardDesign, DesignedField, GitHubSetup } from '../../../core/ports/setup/github-setup.ts';
import type { BoardAddress } from '../../../core/setup/board-address.ts';
import type { GitHubAddresses } from '../addresses.ts';
import { isNothingThere } from '../answer.ts';
import { boardMissing } from '../board/missing.ts';
import { createGitHubClient, type GitHubClient } from '../client.ts';
import { READ_VIEWER } from '../documents.ts';
import { graphQlErrorsOf } from '../failure.ts';
import { refusable } from '../refusal.ts';
import { ADD_TEXT_FIELD, describeBoard, SET_OPTIONS } from './documents.ts';

/** Somebody waits at a terminal: an outage is told, not sat out. */
const RETRY_SECONDS = 6;

/** Makes what setting up asks of GitHub with one token. */
export function createGitHubSetup(request: { addresses: GitHubAddresses; token: string }): GitHubSetup {
  const { addresses, token } = request;
  const client = createGitHubClient({
    ...addresses,
    token: async () => token,
    userAgent: 'kiro-codebuild-worker',
    retrySeconds: RETRY_SECONDS,
  });
  return {
    viewer: () => viewer(client),
    design: (board) => design(client, board),
    async addTextField(projectId, name) {
      const answer = z.object({ createProjectV2Field: z.object({ projectV2Field: z.object({ id: z.string() }) }) });
      await refusable(client, () =>
        client.graphql({ document: ADD_TEXT_FIELD, variables: { projectId, name }, answer, repeatable: false }),
      );
    },
    addOptions: (field, names) => addOptions(client, { field, names }),
  };
}

/** Only an App's token is told that it may not ask who it is. */
async function viewer(client: GitHubClient): Promise<string | null> {
  try {
    const answer = z.object({ viewer: z.object({ login: z.string() }) });
    return (await client.graphql({ document: READ_VIEWER, variables: {}, answer })).viewer.login;
  } catch (error) {
    if (graphQlErrorsOf(error).some(({ type }) => type === 'FORBIDDEN')) return null;
    throw error;
  }
}

const Option = z.object({ id: z.string(), name: z.string(), color: z.string(), description: z.string() });

const DesignAnswer = z.object({
  owner: z
    .object({
      projectV2: z
        .object({
          id: z.string(),
          title: z.string(),
          url: z.string(),
          viewerCanUpdate: z.boolean(),
          fields: z.object({
            nodes: z.array(
              z.object({
                id: z.string(),
                name: z.string(),
                dataType: z.string(),
                options: z.array(Option).optional(),
              }),
            ),
          }),
          // One that the token may not see is null.
          repositories: z.object({ nodes: z.array(z.object({ nameWithOwner: z.string() }).nullable()) }),
        })
        .nullable(),
    })
    .nullable(),
});

async function design(client: GitHubClient, { owner, projectNumber }: BoardAddress): Promise<BoardDesign> {
  const { owner: found } = await client.graphql({
    document: describeBoard(owner.kind),
    variables: { login: owner.login, number: projectNumber },
    answer: DesignAnswer,
    allow: (error) =>
      isNothingThere(error, ['owner']) ||
      isNothingThere(error, ['owner', 'projectV2']) ||
      error.path?.[2] === 'repositories',
  });
  const project = found?.projectV2 ?? null;
  if (project === null) throw boardMissing({ owner, projectNumber });
  const { id, title, url, viewerCanUpdate, fields, repositories } = project;
  return {
    id,
    title,
    url,
    canUpdate: viewerCanUpdate,
    fields: fields.nodes.map(({ options, ...field }) => ({ ...field, options: options ?? null })),
    repositories: repositories.nodes.flatMap((repository) => repository?.nameWithOwner ?? []),
  };
}

const SetAnswer = z.object({
  updateProjectV2Field: z.object({
    projectV2Field: z.object({ options: z.array(z.object({ id: z.string(), name: z.string() })) }),
  }),
});

/** What is sent replaces all options; those that are sent with their id stay the same, and cards keep them. */
async function addOptions(
  client: GitHubClient,
  { field, names }: { field: DesignedField; names: readonly string[] },
): Promise<void> {
  const present = field.options ?? [];
  const fresh = names.map((name) => ({ name, color: 'GRAY', description: '' }));
  const options = [...present.map((option) => ({ ...option })), ...fresh];
  const variables = { fieldId: field.id, options };
  const answer = await refusable(client, () =>
    client.graphql({ document: SET_OPTIONS, variables, answer: SetAnswer, repeatable: false }),
  ).catch((error: unknown) => {
    throw takesNoIds(error) ? idsUnknown(field.name, names) : error;
  });
  const kept = new Set(answer.updateProjectV2Field.projectV2Field.options.map(({ id }) => id));
  const lost = present.filter(({ id }) => !kept.has(id)).map(({ name }) => name);
  if (lost.length > 0) throw optionsLost(field.name, lost);
}

/** An Enterprise Server of before; its schema refuses the whole request. */
function takesNoIds(error: unknown): boolean {
  const said = graphQlErrorsOf(error).map(({ message }) => message);
  return isWorkerError(error) && said.some((message) => /OptionInput\b.*\bid\b|\bid\b.*OptionInput\b/.test(message));
}

function idsUnknown(field: string, names: readonly string[]): WorkerError {
  return new WorkerError({
    code: 'GITHUB_REFUSED',
    what: `This GitHub cannot add options to the field "${field}" without making the present ones anew; nothing was changed.`,
    why: 'All cards would lose their column.',
    remedy: `Add these on the page of the board: ${names.map((name) => `"${name}"`).join(', ')}.`,
  });
}

function optionsLost(field: string, lost: readonly string[]): WorkerError {
  return new WorkerError({
    code: 'GITHUB_ANSWER_INVALID',
    what: `GitHub made options of the field "${field}" anew: ${lost.join(', ')}.`,
    why: 'Cards that stood there may have lost their column.',
    remedy: 'Look at the board, and move those cards again.',
  });
}
