import { destinationColumns } from '../../../core/board-columns.ts';
import { requireUsableBoard } from '../../../core/cards/board-problems.ts';
import { missingRights } from '../../../core/cards/missing-rights.ts';
import type { ProjectConfig } from '../../../core/config.ts';
import type { BoardSnapshot, GitHub, RepositoryFacts } from '../../../core/ports/github.ts';
import type { AskPush, GitHubSetup } from '../../../core/ports/setup/github-setup.ts';
import { type Check, failed, passed, unknown, warning } from '../../../core/setup/check.ts';
import { runCheck } from '../../../core/setup/run-check.ts';
import { tokenKind } from '../../../core/setup/secret-input.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a token may do on GitHub, surface by surface, and whether the board is as the configuration needs it. */
export async function checkGitHub(request: {
  readonly config: ProjectConfig;
  readonly github: GitHub;
  readonly setup: Pick<GitHubSetup, 'viewer'>;
  readonly token: string;
}): Promise<Check[]> {
  const { config, github, setup, token } = request;
  const whose = await checkToken({ setup, token });
  if (whose.some(({ state }) => state === 'failed')) return [...whose];
  let board: BoardSnapshot | null = null;
  const ofBoard = await runCheck('board', async () => {
    board = await github.board.read({ column: null });
    return boardChecks(board, config);
  });
  const snapshot: BoardSnapshot | null = board;
  const ofRepository = await runCheck('repository', () => checkRepository({ config, github, board: snapshot }));
  const ofWrites = await runCheck('pull requests and issues', () => checkWrites({ config, github, board: snapshot }));
  return [...whose, ...ofBoard, ...ofRepository, ...ofWrites];
}

/** Whose the token is: a token can do no more than its account, and may do less. */
export async function checkToken(request: {
  readonly setup: Pick<GitHubSetup, 'viewer'>;
  readonly token: string;
}): Promise<readonly Check[]> {
  const name = 'GitHub token';
  return runCheck(name, async () => {
    const login = await request.setup.viewer();
    const kind = KINDS[tokenKind(request.token)];
    if (login !== null) return passed(name, `${kind} of the account ${login}`);
    return warning(name, {
      detail: `${kind}; it does not say whose it is`,
      remedy: 'Set commitEmail in the project configuration: commits bear an address that is nobody’s otherwise.',
    });
  });
}

const KINDS = {
  'fine-grained': 'a fine-grained token',
  classic: 'a classic token',
  app: "an App's token",
  unknown: 'a token',
} as const;

function boardChecks(board: BoardSnapshot, config: ProjectConfig): Check[] {
  const problems = requireUsableBoard(board, { ...config, destinations: destinationColumns(config) });
  if (problems.length === 0)
    return [passed('board', `"${board.title}", with all fields and columns of the configuration`)];
  const remedy =
    'Add what is missing (npx kiro-worker board init shows it first), or correct the project configuration.';
  return problems.map((detail) => warning('board', { detail, remedy }));
}

interface Looking {
  readonly config: ProjectConfig;
  readonly github: GitHub;
  readonly board: BoardSnapshot | null;
}

const ALL_RIGHTS = 'Give the token the rights that docs/prerequisites.md lists.';

async function checkRepository({ config, github, board }: Looking) {
  const { repository } = await github.branches.inspect([]);
  const seen = board ?? { title: '', canUpdate: true, tokenScopes: null };
  const missing = missingRights({ board: seen, repository });
  if (missing.length > 0)
    return missing.map((detail) =>
      failed('repository', { detail, remedy: remedyOf(detail, { board: seen, repository }) }),
    );
  if (repository.nameWithOwner.toLowerCase() !== config.repository.toLowerCase())
    return warning('repository', {
      detail: `${config.repository} is called ${repository.nameWithOwner} now`,
      remedy: 'Put that name into repository of the project configuration.',
    });
  return passed('repository', `${repository.nameWithOwner}, rules and releases of ${repository.defaultBranch} count`);
}

/** A token can do no more than its account: what the account lacks, no token mends. */
function remedyOf(
  detail: string,
  {
    board,
    repository,
  }: { board: Pick<BoardSnapshot, 'title'>; repository: Pick<RepositoryFacts, 'nameWithOwner' | 'isArchived'> },
): string {
  if (detail.includes(repository.nameWithOwner))
    return repository.isArchived
      ? 'Unarchive it, or name another repository in the project configuration.'
      : "Have an administrator of the repository give the token's account the role Write; a token can do no more than its account.";
  if (detail.includes(`"${board.title}"`))
    return "Give the token's account the role Write of the board (its page: Settings, Manage access), and the token Projects: read and write.";
  return ALL_RIGHTS;
}

/** GitHub lists the rights of the account only, so the token's are asked for at a card's issue or pull request. */
async function checkWrites({ config, github, board }: Looking) {
  const name = 'pull requests and issues';
  if (board === null)
    return unknown(name, { detail: 'not asked, as the board could not be read', remedy: 'Mend the board first.' });
  const subject = board.items.find(
    ({ content }) => content !== null && content.repository.toLowerCase() === config.repository.toLowerCase(),
  )?.content;
  if (!subject)
    return warning(name, {
      detail: 'not asked: no card of the board is an issue or pull request of the repository',
      remedy: 'Ask again once there is one; a poll asks too before it starts a build.',
    });
  const missing = await github.rights.missing(subject.number);
  if (missing.length === 0) return passed(name, 'the token may open pull requests and comment');
  return missing.map((detail) => failed(name, { detail, remedy: ALL_RIGHTS }));
}

/** Whether credentials may push, asked of the git server itself. */
export async function checkPush(request: {
  readonly askPush: AskPush;
  readonly repository: string;
  readonly credentials: Credentials;
}): Promise<Check> {
  const { askPush, repository, credentials } = request;
  const name = 'push';
  const answer = await askPush({ repository, credentials });
  if (answer.kind === 'may-push') return passed(name, `git may push to ${repository}`);
  const detail = `git may not push to ${repository}: ${answer.said}`;
  switch (answer.kind) {
    case 'unauthorized':
      return failed(name, { detail, remedy: 'Make a new token: the server does not know this one.' });
    case 'refused':
      return failed(name, { detail, remedy: 'Give the token the right Contents: read and write of the repository.' });
    case 'not-found':
      return failed(name, {
        detail,
        remedy: 'Check repository in the project configuration, and that the token may see it.',
      });
    default:
      return unknown(name, { detail, remedy: 'Check network and GITHUB_SERVER_URL, then type the command again.' });
  }
}
