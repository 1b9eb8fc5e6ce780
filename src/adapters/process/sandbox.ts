import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';
import { removeTree } from '../files/remove-tree.ts';
import {
  assembleSandbox,
  type LocalSandbox,
  makeHome,
  makeOwnFolder,
  type SandboxOptions,
  temporaryFolder,
} from './assemble-sandbox.ts';
import { tieToWorker } from './launch-as-user.ts';
import { withJavaHome } from './machine-variables.ts';
import { createNamespaceSandbox } from './namespace/namespace-sandbox.ts';
import { noNetworkOfItsOwn } from './network/sandbox-network.ts';
import { killUntilNone, processesOfHome } from './process-table.ts';
import { describePlace } from './tools/find-program.ts';
import { createUserSandbox } from './user-sandbox.ts';

export type { LocalSandbox, SandboxOptions } from './assemble-sandbox.ts';

/** Makes the one place where untrusted programs run: as root on Linux under a user of their own, else in namespaces of
 *  their own. They run as you only where `none` was named. Throws CONFIG_INVALID or AGENT_SETUP_INVALID with what to type
 *  where the machine cannot keep them apart. */
export async function createSandbox(options: SandboxOptions): Promise<LocalSandbox> {
  if (options.user === 'none') return createOpenSandbox(options);
  const obstacle =
    process.platform !== 'linux' ? 'this is not Linux' : process.getuid?.() !== 0 ? 'you are not root' : null;
  if (obstacle === null) return createUserSandbox(options);
  if (options.user !== undefined) {
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: `Agent and tests cannot run as user "${options.user}" (${ENV.untrustedUser}): ${obstacle}.`,
      remedy: `Leave ${ENV.untrustedUser} out, or run the worker as root on Linux.`,
    });
  }
  const made = await createNamespaceSandbox(options);
  if ('obstacle' in made) throw options.network ? noNetworkOfItsOwn(made.obstacle) : noIsolation(made.obstacle);
  return made;
}

/** The error for a machine that cannot keep agent and tests apart from this user. */
export function noIsolation(obstacle: string): WorkerError {
  return new WorkerError({
    code: 'AGENT_SETUP_INVALID',
    what: 'Agent and tests would run as you: they could read your files, keys and tokens, and leave programs running.',
    why: `This machine cannot keep them apart: ${obstacle}.`,
    remedy: `Install bubblewrap (Linux: apt-get install bubblewrap), or accept that with --isolation none (${ENV.untrustedUser}=none).`,
  });
}

async function createOpenSandbox(options: SandboxOptions): Promise<LocalSandbox> {
  if (options.network) throw noNetworkOfItsOwn(`isolation is none (${ENV.untrustedUser}=none)`);
  const home = await makeHome(options.runDirectory, null);
  const temporary = temporaryFolder();
  const launch = await tieToWorker();
  const prepare = async () => {
    await removeTree(temporary);
    makeOwnFolder(temporary, null);
  };
  await prepare();
  return assembleSandbox(options, {
    isolation: 'none',
    note: 'Agent and tests run as you on this machine (as configured).',
    home,
    launch: (request) => launch({ ...request, env: { ...withJavaHome(request.env, home), TMPDIR: temporary } }),
    prepare,
    end: () => killUntilNone(() => processesOfHome(home)),
    grant: async () => {},
    find: (program) => describePlace(program),
    release: () => removeTree(temporary),
  });
}
