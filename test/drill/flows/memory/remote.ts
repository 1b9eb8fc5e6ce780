import { type Git, type GitAnswer, gitFailed } from '../../../../src/adapters/git/git-process.ts';
import type { Surface } from '../faults.ts';
import type { DrillProcess } from '../process.ts';
import type { MemoryGit } from './git.ts';

export interface RemoteOptions {
  readonly server: MemoryGit;
  readonly process: DrillProcess;
  /** Why the server refuses a push now, null when it takes it. */
  readonly refusal: () => string | null;
  /** Just before a push is taken; every other push comes before or after it as a whole. */
  readonly onPush: (push: { ref: string; from: string | null; to: string }) => void;
}

/** What git writes when the network or the server fails it. */
const FAILURES = [
  'error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nfatal: the remote end hung up unexpectedly',
  "fatal: unable to access 'https://github.test/acme/slugs.git/': Recv failure: Connection reset by peer",
  "fatal: unable to access 'https://github.test/acme/slugs.git/': The requested URL returned error: 503",
  "fatal: unable to access 'https://github.test/acme/slugs.git/': Could not resolve host: github.test",
  "fatal: unable to access 'https://github.test/acme/slugs.git/': The requested URL returned error: 429",
];

const RULE = `remote: error: GH013: Repository rule violations found for refs/heads/work/one.
remote:
remote: - Commits must have verified signatures.
To https://github.test/acme/slugs.git
!\tHEAD:refs/heads/work/one\t[remote rejected] (push declined due to repository rule violations)
error: failed to push some refs to 'https://github.test/acme/slugs.git'`;

/** The commands of git that a push consists of, over repositories in memory; what git does is done as git does it. */
export function createMemoryRemote(options: RemoteOptions): Git {
  const run: Git['run'] = async (args) => {
    const [command = ''] = args;
    const surface = SURFACES[command];
    if (surface === undefined) return COMMANDS[command]?.(options, args) ?? refuse(args);
    try {
      return await options.process.call(surface, async () => COMMANDS[command]?.(options, args) ?? refuse(args), {
        failure: (flavour) => new NetworkFailure(FAILURES[flavour % FAILURES.length] ?? ''),
        refused: () => new NetworkFailure(RULE),
        notThere: () => answered(''),
      });
    } catch (error) {
      if (error instanceof NetworkFailure) return failed(error.message);
      throw error;
    }
  };
  return {
    run,
    async must(args) {
      const answer = await run(args);
      if (answer.exitCode !== 0) throw gitFailed(args, answer.stderr);
      return answer;
    },
    start: () => {
      throw new Error('The drill has no streams of git.');
    },
  };
}

class NetworkFailure extends Error {}

const SURFACES: Readonly<Record<string, Surface>> = {
  'ls-remote': 'git ls-remote',
  push: 'git push',
  fetch: 'git fetch',
};

type Command = (options: RemoteOptions, args: readonly string[]) => GitAnswer;

const COMMANDS: Readonly<Record<string, Command>> = {
  /** A pattern matches every ref that ends in it. */
  'ls-remote': ({ server }, args) => {
    const pattern = args.at(-1) ?? '';
    const names = [...server.refs.keys()].filter((name) => name === pattern || name.endsWith(`/${pattern}`)).sort();
    return answered(names.map((name) => `${server.refs.get(name)}\t${name}\n`).join(''));
  },
  'merge-base': ({ server }, [, , ancestor = '', head = '']) =>
    server.isAncestor(ancestor, head) ? answered('') : { ...failed(''), exitCode: 1 },
  fetch: () => answered(''),
  log: ({ server }, args) => answered(server.commit(args.at(-1) ?? '').author),
  push: takePush,
};

function takePush({ server, refusal, onPush }: RemoteOptions, args: readonly string[]): GitAnswer {
  const [to = '', ref = ''] = (args.at(-1) ?? '').split(/:(.*)/s);
  const lease = args
    .find((arg) => arg.startsWith('--force-with-lease='))
    ?.split(':')
    .at(-1);
  const from = server.refs.get(ref) ?? null;
  const why = refusal();
  if (why !== null) return failed(why);
  if (lease !== from) return { ...failed(`! [rejected] ${ref} (stale info)`), exitCode: 1 };
  if (!args.includes('--dry-run')) {
    onPush({ ref, from, to });
    server.refs.set(ref, to);
  }
  return answered('To origin\nDone\n');
}

function answered(stdout: string): GitAnswer {
  return { exitCode: 0, stdout: Buffer.from(stdout), stderr: '', http: null };
}

function failed(stderr: string): GitAnswer {
  return { exitCode: 128, stdout: Buffer.alloc(0), stderr, http: null };
}

function refuse(args: readonly string[]): never {
  throw new Error(`The drill's git knows no "git ${args.join(' ')}".`);
}
