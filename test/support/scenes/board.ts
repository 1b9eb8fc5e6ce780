import { createGitHubBoard } from '../../../src/adapters/github/board.ts';
import type { Board } from '../../../src/core/ports/github.ts';
import type { Item, Project, Repository } from '../../../src/fakes/github/model.ts';
import { type GitHubScene, openGitHubScene } from './github.ts';

export const READY = 'For Implementation';
export const COLUMNS = ['Todo', READY, 'In Progress', 'In Review', 'Done'];

type State = GitHubScene['github']['state'];

interface CardPlace {
  readonly column?: string;
  readonly branch?: string;
  readonly priority?: string;
  readonly archived?: boolean;
}

export interface BoardScene extends GitHubScene {
  readonly repository: Repository;
  /** Project that cards are added to. */
  project: Project;
  /** Number of the project that `nextProject` made. */
  readonly number: number;
  /** Makes the next project with fields of its own, and forgets requests, faults and log lines. */
  nextProject(): void;
  addProject(more?: Partial<Parameters<State['addProject']>[0]>): Project;
  boardOf(more?: Partial<Parameters<typeof createGitHubBoard>[0]>): Board;
  /** Adds an issue with a card of the project. */
  addIssue(title: string, place?: CardPlace): Item;
}

/** Starts a local GitHub with a repository of `acme`, for one project after the other. */
export async function openBoardScene(): Promise<BoardScene> {
  const github = await openGitHubScene();
  const { state } = github.github;
  const repository = await github.github.createRepository({
    owner: 'acme',
    name: 'shop',
    files: { 'README.md': 'x' },
    branches: [{ name: 'feature/linked', files: { a: 'a' } }],
  });
  let number = 0;
  const addProject: BoardScene['addProject'] = (more = {}) =>
    state.addProject({ owner: 'acme', number, title: 'Work', columns: COLUMNS, ...more });
  let project: Project | null = null;
  const current = () => {
    if (project === null) throw new Error('nextProject was not called');
    return project;
  };
  return {
    ...github,
    repository,
    get project() {
      return current();
    },
    set project(next) {
      project = next;
    },
    get number() {
      return number;
    },
    nextProject() {
      number += 1;
      const textFields = Array.from({ length: 30 }, (_, i) => `Text ${i}`);
      project = addProject({ textFields, priorities: ['P0', 'P1', 'P2'] });
      github.github.requests.length = 0;
      github.github.faults.clear();
      github.logged.length = 0;
    },
    addProject,
    boardOf: (more = {}) =>
      createGitHubBoard({
        client: github.client,
        owner: { kind: 'organization', login: 'acme' },
        projectNumber: number,
        statusField: 'Status',
        branchField: 'Branch',
        priorityField: 'Priority',
        destinations: [],
        ...more,
      }),
    addIssue: (title, place = {}) =>
      state.addItem(current(), { content: state.addIssue({ repository, title }), ...place }),
  };
}
