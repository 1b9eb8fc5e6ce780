import type { ProcessRequest } from '../../../src/core/ports/process.ts';
import type { Workspace } from './memory/repository.ts';
import type { DrillProcess } from './process.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the scripted agent makes of a task that it was asked for. */
export interface AgentScript {
  /** The files that it writes for a task, or for `repair-N`, by path. */
  readonly work: (task: string) => ReadonlyMap<string, string>;
  /** Called with each task that the agent really begins. */
  readonly onStart: (task: string) => void;
  readonly onEnd: (task: string) => void;
  readonly minutes: number;
}

export interface ProgramsOptions {
  readonly process: DrillProcess;
  readonly time: VirtualTime;
  readonly workspace: Workspace;
  readonly agent: AgentScript;
  /** Whether the machine has the tools of the tests. */
  readonly hasTools: () => boolean;
  /** Plays the agent in the place of the scripted one. */
  readonly agentProgram?: Program | undefined;
}

/** A program of the branch: returns its exit code when it ends by itself. */
export type Program = (io: ProgramInput) => Promise<number>;

export interface ProgramInput extends ProgramsOptions {
  readonly request: ProcessRequest;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Aborted when the program is ended from outside. */
  readonly signal: AbortSignal;
  /** Lets time pass; rejects when the program is ended from outside. */
  readonly wait: (ms: number) => Promise<void>;
}
