import { createConnectGitHub } from '../../../src/adapters/github/connect.ts';
import { WorkerError } from '../../../src/core/errors.ts';
import type { ArtifactStore } from '../../../src/core/ports/artifacts.ts';
import type { ConnectGitHub } from '../../../src/core/ports/github.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import type { Secrets } from '../../../src/core/ports/settings.ts';
import type { Telemetry } from '../../../src/core/ports/telemetry.ts';
import { createKnownSecrets, type KnownSecrets } from '../../../src/core/secrets/known-secrets.ts';
import type { Surface } from './faults.ts';
import type { DrillProcess } from './process.ts';
import { OWNER, PROJECT_NUMBER, type World } from './world.ts';

export const ENVIRONMENT = 'test';

/** One process of the product with what it has read of secrets. */
export interface Started {
  readonly world: World;
  readonly process: DrillProcess;
  readonly known: KnownSecrets;
  readonly secrets: Secrets;
  readonly telemetry: Telemetry;
}

export function start(
  world: World,
  { name, ...options }: { name: string; killAt?: number | null; onKill?: () => void },
): Started {
  const process = world.startProcess(name, options);
  const known = createKnownSecrets();
  const secrets = known.watch(createSecrets(world, process));
  return { world, process, known, secrets, telemetry: createTelemetry(world, { process, redact: known.redact }) };
}

export function connectGitHub({ world, process, secrets, telemetry }: Started): ConnectGitHub {
  const serverUrl = `http://127.0.0.1/${world.processes.indexOf(process)}`;
  const connect = createConnectGitHub({
    addresses: { apiUrl: `${serverUrl}/api/v3`, graphqlUrl: `${serverUrl}/api/graphql`, serverUrl },
    token: secrets.githubToken,
    log: telemetry,
  });
  return (config) => world.replacements.github?.(connect(config), world) ?? connect(config);
}

/** Answers the requests of all processes of a world; the first part of an address says whose it is. */
export function createFetch(world: World): typeof fetch {
  return (input, init) => {
    const url = new URL(String(input));
    const [, index = '', path = ''] = /^\/(\d+)(\/.*)$/.exec(url.pathname) ?? [];
    const process = world.processes[Number(index)];
    if (process === undefined) throw new Error(`No process asks ${url}.`);
    return world.github.fetchFor(process)(`${url.origin}${path}${url.search}`, init);
  };
}

export function lockStore({ world, process }: Started): LockStore {
  const { locks } = world;
  const failure = () =>
    new WorkerError({
      code: 'LOCK_STORE_FAILED',
      what: 'The locks table did not answer.',
      remedy: 'Nothing.',
      isPassing: true,
    });
  const on = <T>(surface: Surface, effect: () => Promise<T>) => process.call(surface, effect, { failure });
  const read = <T>(effect: () => Promise<T>) => on('locks', effect);
  const write = <T>(effect: () => Promise<T>) => on('lock writes', effect);
  return {
    acquire: (request) => write(() => locks.acquire(request)),
    settle: (request) => write(() => locks.settle(request)),
    listPending: (onDamage) => read(() => locks.listPending(onDamage)),
    renew: (request) => write(() => locks.renew(request)),
    recordBuild: (request) => write(() => locks.recordBuild(request)),
    release: (request) =>
      write(async () => {
        const isReleased = await locks.release(request);
        if (isReleased && request.charge) world.charges.push({ ...request.charge, outcome: request.outcome });
        return isReleased;
      }),
    get: (key) => read(() => locks.get(key)),
    getMany: (keys, onDamage) => read(() => locks.getMany(keys, onDamage)),
    listHeld: (onDamage) => read(() => locks.listHeld(onDamage)),
    pardon: (key) => write(() => locks.pardon(key)),
    getLedgers: (keys, onDamage) => on('ledgers', () => locks.getLedgers(keys, onDamage)),
    clearLedger: (id) => write(() => locks.clearLedger(id)),
    getBreaker: (service) => on('breaker', () => locks.getBreaker(service)),
    swapBreaker: (change) => on('breaker writes', () => locks.swapBreaker(change)),
    getBaseline: (key) => read(() => locks.getBaseline(key)),
    swapBaseline: (change) => write(() => locks.swapBaseline(change)),
    list: (onDamage) => read(() => locks.list(onDamage)),
  };
}

function createSecrets({ secrets }: World, process: DrillProcess): Secrets {
  const cache = new Map<string, string>();
  const failure = () =>
    new WorkerError({
      code: 'SECRET_MISSING',
      what: 'The secret could not be read.',
      why: 'ThrottlingException',
      remedy: 'Wait.',
    });
  const read = async (name: 'token' | 'kiroKey') => {
    const value = cache.get(name) ?? (await process.call('secrets', async () => secrets[name], { failure }));
    cache.set(name, value);
    return value;
  };
  return {
    githubToken: () => read('token'),
    kiroApiKey: () => read('kiroKey'),
    agentKey: () => read('kiroKey'),
    gitCredentials: async () => ({ username: 'x-access-token', password: await read('token') }),
  };
}

export function readSetting<T>(process: DrillProcess, value: T): Promise<T> {
  const failure = () =>
    new WorkerError({
      code: 'CONFIG_INVALID',
      what: 'The parameter could not be read.',
      why: 'ThrottlingException',
      remedy: 'Wait.',
    });
  return process.call('settings', async () => value, { failure });
}

export function createArtifacts({ world, process }: Started, buildId: string): ArtifactStore {
  const failure = () =>
    new WorkerError({ code: 'ARTIFACT_NOT_STORED', what: 'The file could not be stored.', remedy: 'Nothing.' });
  return {
    location: `memory:${buildId}`,
    put: (name, content) =>
      process.call(
        'artifacts',
        async () => {
          world.artifacts.set(`${buildId}/${name}`, String(content));
          return `memory:${buildId}/${name}`;
        },
        { failure },
      ),
  };
}

function createTelemetry(
  { logs }: World,
  { process, redact }: { process: DrillProcess; redact: (text: string) => string },
): Telemetry {
  const write = (level: string) => (message: string, fields: unknown) => {
    if (!process.isDead) logs.push(redact(`${process.name} ${level} ${message} ${JSON.stringify(fields)}`));
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    count: () => {},
    flush: () => {},
  };
}

/** The board and its rules; back-off is short, so that several attempts fit into a run. */
export function configText(): string {
  return JSON.stringify({
    organization: OWNER,
    repository: 'slugs',
    projectNumber: PROJECT_NUMBER,
    failedColumn: 'Needs a person',
    retryBackoffMinutes: 5,
  });
}
