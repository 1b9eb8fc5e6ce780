import { type ProjectConfig, parseProjectConfig } from '../../../core/config.ts';
import { isWorkerError, WorkerError } from '../../../core/errors.ts';
import type { GitHubSetup } from '../../../core/ports/setup/github-setup.ts';
import type { ProjectConfigStore } from '../../../core/ports/setup/settings-store.ts';
import type { BoardAddress } from '../../../core/setup/board-address.ts';
import { type Check, isWell } from '../../../core/setup/check.ts';
import { type ProjectChoices, proposeProject } from '../../../core/setup/propose-project.ts';

export interface ConfiguredProject {
  readonly checks: readonly Check[];
  readonly isWritten: boolean;
  readonly config: ProjectConfig;
}

/** Makes the project configuration for a board, asking GitHub for the rest and `choose` for what GitHub does not say; tries it, and stores
 *  it when nothing stands against it. Other settings of before stay. Throws CONFIG_INVALID, BOARD_NOT_FOUND and others. */
export async function configureProject(request: {
  readonly store: ProjectConfigStore;
  readonly setup: GitHubSetup;
  readonly address: BoardAddress;
  readonly choices: ProjectChoices;
  /** Null where nobody answers. */
  readonly choose: (what: keyof ProjectChoices, options: readonly string[]) => Promise<string | null>;
  readonly tryIt: (config: ProjectConfig) => Promise<readonly Check[]>;
}): Promise<ConfiguredProject> {
  const { store, setup, address, choose, tryIt } = request;
  const earlier = parseEarlier(await store.read());
  const design = await setup.design(address);
  let choices = request.choices;
  for (;;) {
    const proposal = proposeProject({ address, design, choices, earlier });
    if (proposal.kind === 'complete') {
      const text = `${JSON.stringify(proposal.config, null, 2)}\n`;
      const config = parseProjectConfig(text, 'what was made of the board');
      const checks = await tryIt(config);
      const isWritten = isWell(checks);
      if (isWritten) await store.write(text);
      return { checks, isWritten, config };
    }
    const chosen = await choose(proposal.what, proposal.options);
    if (chosen === null) throw undecided(proposal, design.title);
    choices = { ...choices, [proposal.what]: chosen };
  }
}

/** What was there and is no configuration is replaced; what it says is not lost, as it is shown. */
function parseEarlier(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function undecided(
  { what, options }: { what: keyof ProjectChoices; options: readonly string[] },
  title: string,
): WorkerError {
  const list = options.map((name) => JSON.stringify(name)).join(', ');
  return new WorkerError({
    code: 'ARGUMENT_INVALID',
    what:
      what === 'repository'
        ? `The board "${title}" does not say which repository its cards belong to.`
        : `The board "${title}" has no column "For Implementation".`,
    why: what === 'repository' ? `Linked to it are: ${list || '(none)'}.` : `Its columns are: ${list || '(none)'}.`,
    remedy:
      what === 'repository'
        ? 'Name the repository: --repository OWNER/NAME'
        : 'Name the column that cards are taken from: --column NAME; or add that one: npx kiro-worker board init',
  });
}

/** Returns the configuration of a store; null where none was filled in yet. Throws CONFIG_INVALID. */
export async function readProject(store: Pick<ProjectConfigStore, 'place' | 'read'>): Promise<ProjectConfig | null> {
  const text = await store.read();
  if (text === null) return null;
  try {
    return parseProjectConfig(text, store.place);
  } catch (error) {
    if (isWorkerError(error, 'SETUP_INCOMPLETE')) return null;
    throw error;
  }
}
