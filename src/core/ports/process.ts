export interface ProcessRequest {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Instead of `stdin`, for a conversation: called once at the start with an input that stays open. */
  readonly onStdin?: (input: ProcessInput) => void;
  readonly timeoutMs: number;
  /** Ends the process when it writes nothing for this long. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
  /** Called with the size of each piece of output, whichever stream it comes by. */
  readonly onOutput?: (bytes: number) => void;
  /** Where longer lines are cut; 1 MiB unless it is given. */
  readonly lineCharacters?: number;
  readonly onStdoutLine?: (line: string) => void;
  readonly onStderrLine?: (line: string) => void;
}

/** Standard input of a process that runs. Writing to one that has ended does nothing. */
export interface ProcessInput {
  /** Returns how many bytes the process has not read yet. */
  write(text: string): number;
  end(): void;
}

export interface ProcessResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly endedBy: 'exit' | 'timeout' | 'silence' | 'abort' | 'spawn-failure';
  /** Last part of both streams, at most 64 KiB each, ANSI stripped. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
  readonly durationMs: number;
}

/** How well the machine separates: `user` = an operating-system user of its own; `namespace` = as you, with a view of the
 *  machine of its own; `none` = as you. */
export type Isolation = 'user' | 'namespace' | 'none';

/** Runs whatever comes from the branch (agent, install, tests): own user where possible, allow-listed environment,
 *  own process group, and nothing of it alive afterwards. */
export interface Sandbox {
  run(request: ProcessRequest): Promise<ProcessResult>;
  readonly isolation: Isolation;
  /** One line for people about a program that does not start: where the worker finds it, and what keeps it from the sandbox. */
  find(program: string): string;
  /** Home folder of the sandboxed user, empty at the start of a run. */
  readonly home: string;
  /** Makes a folder tree writable for the sandboxed user. */
  grant(folder: string): Promise<void>;
  /** Ends everything that still runs under this sandbox. */
  end(): Promise<void>;
}
