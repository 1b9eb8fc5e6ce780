import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findCaller } from '../../../src/adapters/aws/caller-account.ts';
import { operatorClients } from '../../../src/adapters/aws/cli-clients.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { isWell } from '../../../src/core/setup/check.ts';
import { policiesOf } from '../../../src/stacks/access/policies.ts';
import { COMMANDS_OF, PERSON_ROLES, type PersonRole } from '../../../src/stacks/access/rows.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { formatNext } from '../../terminal/next.ts';
import { createProgress } from '../../terminal/progress.ts';
import { chosenEnvironment } from '../chosen-environment.ts';
import { accessPlaceOf, examineAccess } from './access.ts';
import { formatChecks } from './check-table.ts';

interface PermissionsOptions {
  /** Default: DEPLOY_ENV, else test. */
  readonly env?: string;
  readonly role?: PersonRole;
  readonly check?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

/** `kiro-worker permissions`: returns the exit code; with `--check` 1 where something is lacking or not known. */
export async function permissions(options: PermissionsOptions): Promise<number> {
  const settings = chosenEnvironment(options.env, process.env);
  const { environment, region } = settings;
  const roles = options.role === undefined ? PERSON_ROLES : [options.role];
  const clients = operatorClients({ region });
  const progress = createProgress();
  try {
    progress.show({ phase: 'permissions', text: `Asking AWS in ${region}` });
    if (options.check) {
      const checks = await examineAccess({ settings, clients, roles });
      progress.stop();
      const next =
        checks.find(({ remedy }) => remedy !== null)?.remedy ?? `npx kiro-worker doctor --env ${environment}`;
      const text = `${formatChecks(checks)}\n${formatNext(next)}`;
      process.stdout.write(options.json ? formatJson({ environment, checks, next }) : cleanText(text));
      return isWell(checks) ? EXIT.done : EXIT.failed;
    }
    const account = settings.account ?? (await findCaller(await clients.sts())).account;
    progress.stop();
    const policies = roles.flatMap((role) => namedPolicies(role, accessPlaceOf(settings, account)));
    if (options.out !== undefined) await writePolicies(options.out, policies);
    const next = `npx kiro-worker permissions --check --env ${environment}`;
    process.stdout.write(
      options.json
        ? formatJson({ environment, policies, next })
        : `${formatPolicies(policies, options)}${formatNext(next)}`,
    );
    return EXIT.done;
  } finally {
    progress.stop();
    clients.close();
  }
}

interface NamedPolicy {
  readonly name: string;
  readonly role: PersonRole;
  readonly commands: readonly string[];
  readonly document: object;
}

function namedPolicies(role: PersonRole, place: ReturnType<typeof accessPlaceOf>): NamedPolicy[] {
  const documents = policiesOf(role, place);
  return documents.map((document, index) => ({
    name: `kiro-worker-${place.environment}-${role}${documents.length === 1 ? '' : `-${index + 1}`}`,
    role,
    commands: COMMANDS_OF[role],
    document,
  }));
}

async function writePolicies(folder: string, policies: readonly NamedPolicy[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, document } of policies) await writeFile(path.join(folder, `${name}.json`), formatJson(document));
}

function formatPolicies(policies: readonly NamedPolicy[], { out }: PermissionsOptions): string {
  return policies
    .map(({ name, role, commands, document }) => {
      const file = out === undefined ? `${name}.json` : path.join(out, `${name}.json`);
      const line = `aws iam create-policy --policy-name ${name} --policy-document file://${file}`;
      return `# ${role}: ${commands.join(', ')}\n# ${line}\n${formatJson(document)}\n`;
    })
    .join('');
}
