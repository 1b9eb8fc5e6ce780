import type { Command } from 'commander';

/** One command; what it takes is loaded when it is used, since Node takes its time for each module. */
interface Entry {
  readonly name: string;
  readonly description: string;
  /** Returns what adds its arguments, options and action. */
  readonly load: () => Promise<(command: Command) => void>;
}

/** In the order of the help. */
export const COMMANDS: readonly Entry[] = [
  {
    name: 'demo',
    description: 'run the whole job on this machine, on embedded parts',
    load: async () => (await import('./cli/demo.ts')).defineDemo,
  },
  {
    name: 'local',
    description: 'the real thing for a small team, on this machine',
    load: async () => (await import('./cli/local.ts')).defineLocal,
  },
  {
    name: 'explain',
    description: 'why each card is eligible or skipped now; writes nothing',
    load: async () => (await import('./cli/explain.ts')).defineExplain,
  },
  {
    name: 'status',
    description: 'locks and builds of this machine, or all of a deployed environment',
    load: async () => (await import('./cli/status.ts')).defineStatus,
  },
  {
    name: 'logs',
    description: 'what poller, finalizer or one build wrote',
    load: async () => (await import('./cli/logs.ts')).defineLogs,
  },
  {
    name: 'retry',
    description: 'let a card begin anew: no attempt made, no wait, nothing used of its lifetime caps',
    load: async () => (await import('./cli/retry.ts')).defineRetry,
  },
  {
    name: 'cancel',
    description: "stop a card's build and close it as cancelled; exit code 4 when none is under way",
    load: async () => (await import('./cli/retry.ts')).defineCancel,
  },
  {
    name: 'unlock',
    description: 'release a lock whose build has ended; refused while it runs, exit code 4 when it is not held',
    load: async () => (await import('./cli/retry.ts')).defineUnlock,
  },
  {
    name: 'pause',
    description: 'let no poll of an environment start a build, until resume',
    load: async () => (await import('./cli/pause.ts')).definePause,
  },
  {
    name: 'resume',
    description: 'end the pause of an environment',
    load: async () => (await import('./cli/pause.ts')).defineResume,
  },
  {
    name: 'redrive',
    description: 'events that poller and finalizer could not handle, with their cause; drop or replay them',
    load: async () => (await import('./cli/redrive.ts')).defineRedrive,
  },
  {
    name: 'costs',
    description: 'what an environment cost, per service and day, with the credits of the agent',
    load: async () => (await import('./cli/costs.ts')).defineCosts,
  },
  {
    name: 'doctor',
    description: 'look at all that is needed before and after a deployment, or on this machine; changes nothing',
    load: async () => (await import('./cli/setup/doctor.ts')).defineDoctor,
  },
  {
    name: 'permissions',
    description: 'the exact IAM policies of those who deploy, operate and watch an environment',
    load: async () => (await import('./cli/setup/permissions.ts')).definePermissions,
  },
  {
    name: 'synth',
    description: 'write templates, samconfig.toml and generated documents from the sources',
    load: async () => (await import('./cli/synth.ts')).defineSynth,
  },
  {
    name: 'diff',
    description: 'compare the deployed stacks with this checkout, without a change set',
    load: async () => (await import('./cli/diff.ts')).defineDiff,
  },
  {
    name: 'deploy',
    description: 'show what would change in the stacks of an environment, ask, and deploy it',
    load: async () => (await import('./cli/deploy.ts')).defineDeploy,
  },
  {
    name: 'release',
    description: 'what builds run: publish it, list it, go back',
    load: async () => (await import('./cli/release.ts')).defineRelease,
  },
  {
    name: 'configure',
    description:
      'fill in secrets, project configuration and alert e-mail, each tried first; without a setting: what is set',
    load: async () => (await import('./cli/setup/configure.ts')).defineConfigure,
  },
  {
    name: 'board',
    description: 'the board on GitHub',
    load: async () => (await import('./cli/setup/board.ts')).defineBoard,
  },
  {
    name: 'verify',
    description: 'look at every part of a deployed environment, and run a poll that starts nothing',
    load: async () => (await import('./cli/setup/verify.ts')).defineVerify,
  },
  {
    name: 'rollback',
    description: 'deploy the stacks and the worker of an earlier deployment again, after a review',
    load: async () => (await import('./cli/rollback.ts')).defineRollback,
  },
  {
    name: 'recover',
    description: 'bring stacks back into a state that takes a deployment, by what their state allows',
    load: async () => (await import('./cli/recover.ts')).defineRecover,
  },
  {
    name: 'destroy',
    description: 'say what would be lost and what stays, ask for the name of the environment, and delete its stacks',
    load: async () => (await import('./cli/destroy.ts')).defineDestroy,
  },
  {
    name: 'config',
    description: 'the configuration file',
    load: async () => (await import('./cli/config.ts')).defineConfig,
  },
  {
    name: 'spec',
    description: 'Kiro specs',
    load: async () => (await import('./cli/spec.ts')).defineSpec,
  },
  {
    name: 'repository',
    description: 'repositories that the worker is to work on',
    load: async () => (await import('./cli/repository.ts')).defineRepository,
  },
];
