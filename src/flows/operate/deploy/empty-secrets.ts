import { isWorkerError } from '../../../core/errors.ts';
import type { ProjectConfigStore } from '../../../core/ports/setup/settings-store.ts';
import { neededSecrets, type SecretSetting } from '../../../core/setup/secret-input.ts';
import { readProject } from '../setup/configure-project.ts';

export interface EmptySecret {
  readonly setting: SecretSetting;
  readonly what: string;
}

/** Returns the secrets without a value that an environment needs: those of GitHub, and that of the configured agent; both that agents
 *  may need, each with which agent that is, where no configuration can be read. */
export async function findEmptySecrets(request: {
  readonly project: Pick<ProjectConfigStore, 'place' | 'read'>;
  readonly nameOf: (setting: SecretSetting) => string;
  /** Returns those of the secrets that exist without a value. */
  readonly unpopulated: (names: readonly string[]) => Promise<readonly string[]>;
}): Promise<EmptySecret[]> {
  const { project, nameOf, unpopulated } = request;
  const known = await knownNeeds(project);
  const settings = known ?? [...neededSecrets(null), 'agent-key' as const];
  const empty = await unpopulated(settings.map(nameOf));
  const found = settings.filter((setting) => empty.includes(nameOf(setting)));
  const isOpen = known === null && found.includes('agent-key');
  return found.map((setting) => ({
    setting,
    what: `The secret ${nameOf(setting)} has no value yet${isOpen ? neededBy(setting) : ''}.`,
  }));
}

/** Null where there is no configuration, or none that can be read: whoever deploys need not be who configures. */
async function knownNeeds(project: Pick<ProjectConfigStore, 'place' | 'read'>): Promise<SecretSetting[] | null> {
  try {
    const config = await readProject(project);
    return config === null ? null : neededSecrets(config.agent);
  } catch (error) {
    if (isWorkerError(error)) return null;
    throw error;
  }
}

function neededBy(setting: SecretSetting): string {
  if (setting === 'kiro-api-key') return '; the agent needs it where that is Kiro';
  return setting === 'agent-key' ? '; the agent needs it where that is another one with a key (agent.keyVariable)' : '';
}
