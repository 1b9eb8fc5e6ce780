/** Runs in a container: a local GitHub, one poll, and the build that it starts, as AWS would lay it out, for the kind of
 *  repository that its argument names. Prints what became of it as JSON (a BuildReport). */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ENV } from '../../../../src/core/names.ts';
import type { BuildService } from '../../../../src/core/ports/builds.ts';
import { createLocalBuilds, type LocalBuilds } from '../../../../src/local/builds/local-builds.ts';
import { projectVariables, secretVariables } from '../../../../src/local/project-variables.ts';
import { locksFileOf } from '../../../../src/local/runtime.ts';
import { releaseOfWorker } from '../../../support/releases.ts';
import { PLACE } from '../../../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../../../support/system/test-system.ts';
import {
  columnOf,
  commitsOf,
  exitCodeOf,
  fileOn,
  headOf,
  lockOf,
  pullRequestOf,
} from '../../../support/system/view.ts';
import { type BuildReport, parseLook } from './report.ts';
import { REPOSITORIES, SECRETS_OF_ROOT } from './repositories.ts';
import { VERSIONED_REPOSITORIES } from './versioned-repositories.ts';

const HERE = import.meta.dirname;
const OUTPUT = '/codebuild/output';
const AGENT = '/opt/kiro-cli/kiro-cli.mjs';
const CREDENTIALS = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI';

const LOOK_AS_ROOT = "import('/opt/kiro-cli/look.mjs').then(({ look }) => look('root'))";

const FILES = new Map(Object.entries({ ...REPOSITORIES, ...VERSIONED_REPOSITORIES }));
const files = FILES.get(process.argv[2] ?? '');
if (files === undefined) throw new Error(`Name one of ${[...FILES.keys()].join(', ')}.`);

placeAgent();
placeSecrets();
const system = await createTestSystem({
  env: { [ENV.kiroCliPath]: AGENT },
  files,
});
try {
  const builds = await createBuilds(system);
  const poll = await system.poll({ builds: announced(builds) });
  await builds.waitForAll();
  process.stdout.write(JSON.stringify({ outcome: poll.outcome, ...(await report(builds)) }));
  await builds.close();
} finally {
  await system.close();
}

/** The Kiro CLI where buildspec.yml puts it, open to everybody. */
function placeAgent(): void {
  for (const file of ['look.mjs', 'kiro-cli.mjs']) cpSync(path.join(HERE, file), `/opt/kiro-cli/${file}`);
  cpSync(path.join(HERE, '../../../fixtures/scripted-kiro.mjs'), '/opt/kiro-cli/scripted-kiro.mjs');
  chmodSync(AGENT, 0o755);
}

/** Each where its tool keeps it, and as carelessly as a home that is closed itself allows. */
function placeSecrets(): void {
  for (const file of SECRETS_OF_ROOT) {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, `ghp_${'A'.repeat(36)}\n`, { mode: 0o644 });
  }
}

async function createBuilds({ env, machine, configFile, dataDirectory }: TestSystem): Promise<LocalBuilds> {
  const { config, artifactsDirectory } = machine;
  const locksFile = locksFileOf(dataDirectory);
  return createLocalBuilds({
    root: OUTPUT,
    releaseZip: (await releaseOfWorker()).zip,
    projectVariables: projectVariables(config, { env, configFile, locksFile, artifactsDirectory }),
    secretVariables: { ...agentsOwn(), ...secretVariables(env) },
    concurrentBuildLimit: 1,
    buildTimeoutMs: 120_000,
    region: 'us-east-1',
  });
}

/** As AWS's agent does, leaves the environment of each build in a file; then root looks, to show that looking finds it. */
function announced(builds: LocalBuilds): BuildService {
  return {
    ...builds,
    start(request) {
      const variables = { ...agentsOwn(), [ENV.githubToken]: system.secrets.token, ...request.variables };
      const lines = Object.entries(variables).map(([name, value]) => `export ${name}="${value}"\n`);
      writeFileSync(`${OUTPUT}/tmp/env.sh`, lines.join(''), { mode: 0o644 });
      const { status, stderr } = spawnSync(process.execPath, ['-e', LOOK_AS_ROOT], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return builds.start(request);
    },
  };
}

/** What a build inherits from AWS's agent; what a record of builds must not keep. */
function agentsOwn(): Record<string, string> {
  const address = process.env[CREDENTIALS];
  if (address === undefined) throw new Error(`${CREDENTIALS} is not set.`);
  return { [CREDENTIALS]: address };
}

async function report(builds: LocalBuilds): Promise<Omit<BuildReport, 'outcome'>> {
  const [build] = await builds.list(1);
  if (build === undefined) throw new Error('No build was started.');
  const { lastOutcome, status } = await lockOf(system);
  const pullRequest = pullRequestOf(system);
  const head = await headOf(system);
  return {
    build: {
      status: build.status,
      exitCode: exitCodeOf(build),
      phases: build.phases.map(({ name, status }) => ({ name, status })),
    },
    log: readFileSync(build.logFile, 'utf8'),
    lock: { status, lastOutcome },
    column: columnOf(system),
    draft: pullRequest.draft,
    head,
    commits: (await commitsOf(system)).map(({ id, author, task }) => ({ id, author, task })),
    tasks: await fileOn(system, `${PLACE.specFolder}/tasks.md`),
    looks: readdirSync('/looks').map((file) => parseLook(readFileSync(`/looks/${file}`, 'utf8'))),
    alive: strangers(),
    left: readdirSync(OUTPUT, { recursive: true, encoding: 'utf8' }),
  };
}

/** Command lines of what lives under another user than root. */
function strangers(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (/^State:\s*[ZX]/m.test(status) || /^Uid:\s+0\s/m.test(status)) return [];
    return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
  });
}
