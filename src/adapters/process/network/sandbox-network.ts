import { chmodSync, chownSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { WorkerError } from '../../../core/errors.ts';
import { hostOf, type NetworkRules } from '../../../core/network.ts';
import type { ProcessRequest } from '../../../core/ports/process.ts';
import type { Owner } from '../../files/chown-tree.ts';
import { removeTree } from '../../files/remove-tree.ts';
import type { Bridge } from './bridge.ts';
import { startFilteringProxy } from './filtering-proxy.ts';

/** The only way of untrusted programs to the network, where it is restricted. */
export interface SandboxNetwork {
  /** For people; starts with a blank. */
  readonly note: string;
  /** The way of one program: that of the agent's step when it starts an agent, else that of all. Its folder must be shown to it. */
  way(request: ProcessRequest): { readonly folder: string } & Pick<Bridge, 'socket' | 'hosts'>;
  close(): Promise<void>;
}

export interface NetworkOptions {
  readonly rules: NetworkRules;
  /** The agent's: who starts one of them may reach its hosts as well. */
  readonly programs: readonly string[];
  /** Who connects to the proxies, null for the worker's own user. */
  readonly owner: Owner | null;
}

/** Starts one proxy for the agent's step and one for all others. Their sockets lie below /tmp, since a socket's path may have 107
 *  bytes, each in a folder of its own. */
export async function openNetwork({ rules, programs, owner }: NetworkOptions): Promise<SandboxNetwork> {
  const folder = mkdtempSync('/tmp/kw-net-');
  chmodSync(folder, 0o711);
  const ways = {
    agent: { folder: join(folder, 'agent'), allow: [...rules.allow, ...rules.agent] },
    others: { folder: join(folder, 'others'), allow: rules.allow },
  };
  const proxies: Array<{ close(): Promise<void> }> = [];
  const close = async () => {
    for (const proxy of proxies) await proxy.close();
    await removeTree(folder);
  };
  try {
    for (const way of Object.values(ways)) {
      mkdirSync(way.folder);
      chmodSync(way.folder, 0o755);
      const socket = socketIn(way.folder);
      proxies.push(await startFilteringProxy({ socket, allow: way.allow }));
      // Its owner alone may connect; the folder stays the worker's, and so survives when the owner's files are swept.
      if (owner) chownSync(socket, owner.uid, owner.gid);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const [all, more] = [rules.allow, rules.agent].map((hosts) => hosts.join(', ') || 'no host');
  return {
    note: ` Over the network they reach ${all}; the agent's step also ${more}.`,
    way({ command }) {
      const { folder: own, allow } = programs.some((program) => command.slice(0, 2).includes(program))
        ? ways.agent
        : ways.others;
      return { folder: own, socket: socketIn(own), hosts: allow.map(hostOf) };
    },
    close,
  };
}

/** The error for a machine on which the rules could not be kept. */
export function noNetworkOfItsOwn(obstacle: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what: 'The project configuration restricts the network of agent and tests ("network"), which is not possible here.',
    why: `Programs cannot get a network of their own: ${obstacle}.`,
    remedy:
      'Run the worker on Linux as yourself with bubblewrap, or as root with the right to make namespaces; or remove "network", and they reach all that this machine reaches.',
  });
}

function socketIn(folder: string): string {
  return join(folder, 'proxy');
}
