export type BuildStatus = 'QUEUED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'STOPPED' | 'TIMED_OUT';

export interface Build {
  readonly id: string;
  readonly status: BuildStatus;
  readonly ended: boolean;
  /** It ended in the queue: no machine was ever there for it, and nothing of it ran. */
  readonly neverBegan?: boolean;
  /** It ended before the first of its commands ran, so nothing of the branch did: by the service's own fault, or by what it was
   *  given (image, source). `said` are the service's words. */
  readonly notRun?: { readonly by: 'service' | 'set-up'; readonly said: string };
  readonly currentPhase: string | null;
  /** When it left the queue; when it was asked for, where that is not known. */
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Page or log of it, for people. */
  readonly logsUrl: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

export interface StartBuild {
  /** Idempotency token; also handed to the build as START_TOKEN, so that the build can be found by it. */
  readonly token: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Content hash of the release that runs; null where the service has one of its own. */
  readonly release: string | null;
}

export type StartResult =
  | { readonly kind: 'started'; readonly build: Build }
  | { readonly kind: 'at-capacity'; readonly detail: string }
  | { readonly kind: 'not-set-up'; readonly detail: string };

export interface BuildService {
  /** Throws BUILD_SERVICE_FAILED when the answer is lost or the service fails: then ask with `find`. */
  start(request: StartBuild): Promise<StartResult>;
  /** The build that was started with this token, null when there is none. */
  find(token: string): Promise<Build | null>;
  get(ids: readonly string[]): Promise<Build[]>;
  stop(id: string): Promise<void>;
}
