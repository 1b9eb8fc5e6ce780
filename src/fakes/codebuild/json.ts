import type { PhaseRecord } from '../../local/builds/build-records.ts';
import type { LocalBuild } from '../../local/builds/build-view.ts';

/** Returns a build in the form of CodeBuild's JSON protocol (times in seconds). */
export function buildJson(build: LocalBuild): Record<string, unknown> {
  return {
    id: build.id,
    arn: build.arn,
    projectName: build.project,
    buildNumber: build.number,
    buildStatus: build.status,
    buildComplete: build.ended,
    currentPhase: build.currentPhase,
    initiator: 'kiro-worker-local',
    startTime: build.startedAtMs / 1000,
    ...(build.endedAtMs === null ? {} : { endTime: build.endedAtMs / 1000 }),
    source: { type: 'S3', location: locationOf(build) },
    environment: {
      ...ENVIRONMENT,
      environmentVariables: variablesOf(build),
    },
    logs: { deepLink: build.logsUrl },
    phases: build.phases.map(phaseJson),
  };
}

export interface StateChangeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'CodeBuild Build State Change';
  readonly source: 'aws.codebuild';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly 'additional-information': {
      readonly environment: Readonly<Record<string, unknown>>;
      readonly [name: string]: unknown;
    };
    readonly [name: string]: unknown;
  };
}

/** Returns the event that EventBridge hands to the targets of a rule; `build-id` is the ARN, and the variables are
 *  all there in plain text (form: CodeBuild user guide, build notifications input format reference). */
export function stateChangeEvent(build: LocalBuild, eventId: string): StateChangeEvent {
  const [, , , region = '', account = ''] = build.arn.split(':');
  return {
    version: '0',
    id: eventId,
    'detail-type': 'CodeBuild Build State Change',
    source: 'aws.codebuild',
    account,
    time: new Date(build.endedAtMs ?? build.startedAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [build.arn],
    detail: {
      'build-status': build.status,
      'project-name': build.project,
      'build-id': build.arn,
      'current-phase': build.currentPhase,
      'current-phase-context': '[]',
      version: '1',
      'additional-information': {
        'build-complete': build.ended,
        'build-number': build.number,
        initiator: 'kiro-worker-local',
        source: { type: 'S3', location: locationOf(build) },
        environment: {
          image: ENVIRONMENT.image,
          type: ENVIRONMENT.type,
          'compute-type': ENVIRONMENT.computeType,
          'privileged-mode': false,
          'environment-variables': variablesOf(build),
        },
        logs: { 'deep-link': build.logsUrl },
        phases: build.phases.map(phaseEvent),
      },
    },
  };
}

const ENVIRONMENT = { type: 'LINUX_CONTAINER', image: 'local', computeType: 'BUILD_GENERAL1_MEDIUM' };

function variablesOf({ variables }: LocalBuild) {
  return Object.entries(variables).map(([name, value]) => ({ name, value, type: 'PLAINTEXT' }));
}

/** CodeBuild names S3 sources without their scheme. */
function locationOf(build: LocalBuild): string {
  return build.source.replace(/^s3:\/\//, '');
}

function phaseJson(phase: PhaseRecord): Record<string, unknown> {
  return {
    phaseType: phase.name,
    startTime: phase.startedAtMs / 1000,
    ...(phase.endedAtMs === null
      ? {}
      : {
          phaseStatus: phase.status,
          endTime: phase.endedAtMs / 1000,
          durationInSeconds: Math.round((phase.endedAtMs - phase.startedAtMs) / 1000),
        }),
    contexts: phase.detail === null ? [] : [{ statusCode: 'COMMAND_EXECUTION_ERROR', message: phase.detail }],
  };
}

function phaseEvent(phase: PhaseRecord): Record<string, unknown> {
  return {
    'phase-type': phase.name,
    'phase-context': phase.detail === null ? [] : [phase.detail],
    'start-time': new Date(phase.startedAtMs).toISOString(),
    ...(phase.endedAtMs === null
      ? {}
      : { 'phase-status': phase.status, 'end-time': new Date(phase.endedAtMs).toISOString() }),
  };
}
