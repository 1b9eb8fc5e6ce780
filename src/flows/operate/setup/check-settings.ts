import { type Check, failed, passed } from '../../../core/setup/check.ts';
import { runCheck } from '../../../core/setup/run-check.ts';
import { projectState, secretsOf } from './show-settings.ts';
import { placeOf, type VerifiedNames, type VerifyPorts } from './verify-parts.ts';

/** Whether each secret that this configuration needs has a value; none is read aloud. */
export async function checkSecrets(
  { secrets, nameOf, project }: Pick<VerifyPorts, 'secrets' | 'nameOf' | 'project'>,
  names: Pick<VerifiedNames, 'environment'>,
): Promise<readonly Check[]> {
  const { flag } = placeOf(names);
  const all = await Promise.all(
    (await secretsOf(project)).map((setting) =>
      runCheck(setting, async () => {
        const name = nameOf(setting);
        const { exists, isSet } = await secrets.describe(name);
        if (!exists)
          return failed(setting, {
            detail: `there is no secret ${name}`,
            remedy: `${setting === 'agent-key' ? 'Set agentKey: true for it in src/stacks/environments.ts, then: ' : ''}npx kiro-worker deploy ${flag}`,
          });
        if (isSet) return passed(setting, `${name} has a value`);
        return failed(setting, { detail: `${name} is empty`, remedy: `npx kiro-worker configure ${setting} ${flag}` });
      }),
    ),
  );
  return all.flat();
}

/** Whether the project configuration was filled in, and can be read. */
export async function checkConfiguration(
  { project }: Pick<VerifyPorts, 'project'>,
  names: Pick<VerifiedNames, 'environment'>,
): Promise<Check> {
  const { isSet, detail } = await projectState(project);
  if (isSet) return passed('project configuration', detail);
  const remedy = `npx kiro-worker configure project ${placeOf(names).flag}`;
  return failed('project configuration', { detail, remedy });
}
