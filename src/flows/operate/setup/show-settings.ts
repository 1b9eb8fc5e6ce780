import { errorMessage } from '../../../core/errors.ts';
import type { AlertSubscriptions, ProjectConfigStore, SecretValues } from '../../../core/ports/setup/settings-store.ts';
import { neededSecrets, SECRET_SETTINGS, type SecretSetting } from '../../../core/setup/secret-input.ts';
import { readProject } from './configure-project.ts';

/** All that people fill in. */
export const SETTINGS = [...SECRET_SETTINGS, 'project', 'alert-email'] as const;
export type Setting = (typeof SETTINGS)[number];

export interface SettingState {
  readonly setting: Setting;
  /** Null where it could not be read. */
  readonly isSet: boolean | null;
  /** Never a secret. */
  readonly detail: string;
}

/** Returns what of an environment is filled in, without any value that is secret. What cannot be read says why. */
export async function showSettings(request: {
  readonly secrets: SecretValues;
  readonly nameOf: (setting: SecretSetting) => string;
  readonly project: ProjectConfigStore;
  readonly alerts: AlertSubscriptions;
}): Promise<SettingState[]> {
  const { secrets, nameOf, project, alerts } = request;
  return Promise.all([
    ...(await secretsOf(project)).map((setting) => state(setting, () => secretState(secrets, nameOf(setting)))),
    state('project', () => projectState(project)),
    state('alert-email', () => alertState(alerts)),
  ]);
}

/** Returns the secrets that the agent of a configuration needs, and those of GitHub; Kiro's while there is none that can be read. */
export async function secretsOf(project: ProjectConfigStore): Promise<readonly SecretSetting[]> {
  try {
    return neededSecrets((await readProject(project))?.agent ?? null);
  } catch {
    // A check of its own says what is wrong with it.
    return neededSecrets(null);
  }
}

type Found = Pick<SettingState, 'isSet' | 'detail'>;

async function state(setting: Setting, look: () => Promise<Found>): Promise<SettingState> {
  try {
    return { setting, ...(await look()) };
  } catch (error) {
    return { setting, isSet: null, detail: errorMessage(error) };
  }
}

async function secretState(secrets: SecretValues, name: string): Promise<Found> {
  const { exists, isSet, changedAtMs } = await secrets.describe(name);
  if (!exists) return { isSet: false, detail: `there is no secret ${name} yet: deploy first` };
  if (!isSet) return { isSet, detail: `${name} is empty` };
  const since = changedAtMs === null ? '' : `, last changed ${new Date(changedAtMs).toISOString().slice(0, 10)}`;
  return { isSet, detail: `${name}${since}` };
}

/** Returns the state of a project configuration; it holds nothing secret. Throws CONFIG_INVALID. */
export async function projectState(store: ProjectConfigStore): Promise<Found> {
  const config = await readProject(store);
  if (config === null) return { isSet: false, detail: `nothing was filled in yet (${store.place})` };
  const { owner, projectNumber, repository, targetStatusColumn } = config;
  return {
    isSet: true,
    detail: `board ${projectNumber} of ${owner.login}, repository ${repository}, cards in "${targetStatusColumn}"`,
  };
}

async function alertState(alerts: AlertSubscriptions): Promise<Found> {
  const all = await alerts.list();
  if (all === null) return { isSet: false, detail: 'there is no topic of alarms yet: deploy first' };
  if (all.length === 0) return { isSet: false, detail: 'nobody hears of alarms' };
  const list = all.map(({ address, isConfirmed }) => `${address}${isConfirmed ? '' : ' (not confirmed yet)'}`);
  return { isSet: all.some(({ isConfirmed }) => isConfirmed), detail: list.join(', ') };
}
