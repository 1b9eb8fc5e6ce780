import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileChange } from '../../../src/fakes/github/git/commits.ts';
import type { RepositorySource } from '../../../src/fakes/github/repositories.ts';
import type { LocalGitHub } from '../../../src/fakes/github/server.ts';
import { PLACE, REPOSITORY_FILES, specFiles, TASKS } from './repository.ts';

/** What differs from the usual repository and board. */
export interface SceneOptions {
  readonly tasks?: string;
  /** Over the files of the base branch; null takes one away. */
  readonly files?: Readonly<Record<string, FileChange>>;
  /** Over those of the feature branch. */
  readonly branchFiles?: Readonly<Record<string, FileChange>>;
  /** Branches beside that one. */
  readonly branches?: RepositorySource['branches'];
  /** Body of the open pull request; null: there is none. */
  readonly pullRequestBody?: string | null;
  readonly columns?: readonly string[];
}

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** Secrets that nobody has had before. */
export function makeSecrets() {
  const random = () => randomBytes(18).toString('base64url');
  return { token: `ghp_${random()}`, kiroKey: `ksk_${random()}` };
}

/** Writes a configuration with these fields over the usual ones. */
export async function writeConfig(file: string, config: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { owner: organization, name: repository, projectNumber } = PLACE;
  const whole = { organization, repository, projectNumber, failedColumn: 'Needs a person', retryBackoffMinutes: 0 };
  await writeFile(file, `${JSON.stringify({ ...whole, ...config }, null, 2)}\n`);
}

/** Places the program `kiro.mjs`, a scripted Kiro of this system's own, since nothing but its folder distinguishes systems. */
export async function placeAgent(
  folder: string,
  script = '',
): Promise<(scenario: string, delayMs?: number) => Promise<void>> {
  await mkdir(folder);
  for (const file of ['scripted-kiro.mjs', 'agent-deeds.mjs'])
    await copyFile(path.join(FIXTURES, file), path.join(folder, file));
  const module = path.join(folder, 'script.mjs');
  await writeFile(module, script);
  const program = [
    "import { readFileSync } from 'node:fs';",
    "Object.assign(process.env, JSON.parse(readFileSync(new URL('script.json', import.meta.url), 'utf8')));",
    "await import('./scripted-kiro.mjs');",
  ];
  await writeFile(path.join(folder, 'kiro.mjs'), `${program.join('\n')}\n`, { mode: 0o755 });
  return async (scenario, delayMs = 0) => {
    const settings = { KIRO_SCENARIO: scenario, KIRO_DELAY_MS: String(delayMs), KIRO_SCRIPT: module };
    await writeFile(path.join(folder, 'script.json'), JSON.stringify(settings));
  };
}

/** Fills a local GitHub with the repository, its branch, the pull request and the board with one ready card. */
export async function fill(github: LocalGitHub, options: SceneOptions) {
  const { owner, name, branch, card, projectNumber, columns } = PLACE;
  const { state } = github;
  state.addOwner({ login: owner, type: 'Organization' });
  const repository = await github.createRepository({
    owner,
    name,
    files: { ...REPOSITORY_FILES, ...options.files },
    branches: [
      {
        name: branch,
        files: { ...specFiles(options.tasks ?? TASKS), ...options.branchFiles },
        message: 'Write the spec\n',
      },
      ...(options.branches ?? []),
    ],
  });
  const project = state.addProject({
    owner,
    number: projectNumber,
    title: 'Slugs',
    columns: options.columns ?? columns,
    priorities: ['High', 'Low'],
  });
  const issue = state.addIssue({ repository, title: card, author: 'robin' });
  const { pullRequestBody = 'Slugs for everybody.\n' } = options;
  const pullRequest =
    pullRequestBody === null
      ? null
      : state.addPullRequest({
          repository,
          author: 'robin',
          title: card,
          body: pullRequestBody,
          headRef: branch,
          draft: true,
        });
  const item = state.addItem(project, { content: issue, column: 'For Implementation', branch });
  return { repository, project, item, pullRequest };
}
