export interface AgentRequest {
  readonly prompt: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly silenceMs: number;
  readonly creditLimit: number | null;
  readonly signal?: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export type AgentResult = {
  readonly kind:
    | 'finished'
    | 'failed'
    | 'refused'
    | 'denied'
    | 'timeout'
    | 'silence'
    | 'credits'
    | 'aborted'
    | 'not-authenticated';
  /** One sentence for people. */
  readonly detail: string;
  readonly finalText: string;
  readonly credits: number | null;
  readonly transcript: string;
  readonly durationMs: number;
};

export interface Agent {
  readonly name: string;
  /** Folders of its own below its home, which nobody else is to fill. */
  readonly homeFolders: readonly string[];
  /** Cheap check before any money is spent; throws AGENT_* or SETUP_INCOMPLETE errors. */
  prepare(): Promise<void>;
  run(request: AgentRequest): Promise<AgentResult>;
}
