import { loadConfig, poll } from '../../../src/flows/poll/poll.ts';
import type { PollPorts, PollResult } from '../../../src/flows/poll/poll-types.ts';
import { reconcile } from '../../../src/flows/poll/reconcile.ts';
import type { DrillBuild } from './memory/builds.ts';
import { configText, connectGitHub, ENVIRONMENT, lockStore, readSetting, type Started, start } from './ports.ts';
import { LEASE_MS, type World } from './world.ts';

/** One scheduled poll; returns null when it failed or was killed, as Lambda would see it. */
export async function runPoll(world: World, options: { killAt?: number | null } = {}): Promise<PollResult | null> {
  const started = start(world, { name: `poll ${world.polls.length + 1}`, ...options });
  const settings = { environment: ENVIRONMENT, maxConcurrentBuilds: world.scenario.capacity, leaseMs: LEASE_MS };
  try {
    return await poll(pollPorts(started), settings);
  } catch (error) {
    started.telemetry.error('poll failed', { error: String(error) });
    return null;
  }
}

/** What the finalizer does when a build has ended. */
export async function runFinalizer(world: World, build: DrillBuild): Promise<void> {
  const started = start(world, { name: `finalizer of ${build.id}` });
  const ports = pollPorts(started);
  try {
    const config = await loadConfig(ports.readConfig);
    const github = ports.connectGitHub(config);
    const lockKeys = [build.variables.LOCK_KEY ?? ''];
    await reconcile({ ...ports, config, github }, { environment: ENVIRONMENT, lockKeys });
  } catch (error) {
    started.telemetry.error('finalizer failed', { error: String(error) });
  }
}

function pollPorts(started: Started): PollPorts {
  const { world, process, telemetry } = started;
  let owners = 0;
  return {
    readConfig: () => readSetting(process, { text: configText(), source: 'the drill' }),
    readRelease: () => readSetting(process, world.setUp.release),
    readPause: () => readSetting(process, world.setUp.pause),
    agentKey: async () => null,
    connectGitHub: connectGitHub(started),
    locks: lockStore(started),
    builds: world.builds.serviceFor(process),
    clock: world.time.clock,
    telemetry,
    newOwner: () => {
      owners += 1;
      return `${process.name}, owner ${owners}`;
    },
  };
}
