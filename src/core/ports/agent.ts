import type { Currency } from '../agent/settings.ts';

export interface AgentRequest {
  readonly prompt: string;
  readonly cwd: string;
  /** Variables beyond its own, such as those that lead to the tool chains of the repository. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly silenceMs: number;
  readonly creditLimit: number | null;
  /** Tokens that it may use; null or nothing: there is no limit. */
  readonly tokenLimit?: number | null;
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
    | 'tokens'
    /** Too many tools in one task. */
    | 'calls'
    /** Too much output in one task. */
    | 'output'
    /** Limits of the model's or agent's own. */
    | 'out-of-tokens'
    | 'out-of-requests'
    /** It says that its turn was cancelled, which nobody asked for. */
    | 'cancelled'
    | 'aborted'
    /** The agent said so, or something that wrote in its name: `probe` tells which. */
    | 'not-authenticated'
    | 'unavailable';
  /** One sentence for people. */
  readonly detail: string;
  readonly finalText: string;
  readonly credits: number | null;
  /** Tokens in and out, null where it reported none. */
  readonly tokens: number | null;
  /** What it was not allowed and could do without, one line each. */
  readonly rejections: readonly string[];
  readonly transcript: string;
  readonly durationMs: number;
};

/** What the agent's service answered to a call of the worker's own; `unavailable` also when it did not answer in time, `failed` when
 *  the call ended badly without a word of the service, `unknown` when it came to nothing. */
export interface AgentProbe {
  readonly kind: 'answers' | 'unavailable' | 'not-authenticated' | 'failed' | 'unknown';
  /** One sentence for people. */
  readonly detail: string;
}

export interface Agent {
  readonly name: string;
  /** What its use counts in. */
  readonly currency: Currency;
  /** What an operator does where its service does not take its key. */
  readonly keyRemedy: string;
  /** Folders of its own below its home, which nobody else is to fill. */
  readonly homeFolders: readonly string[];
  /** Cheap check before any money is spent; throws AGENT_* or SETUP_INCOMPLETE errors. */
  prepare(): Promise<void>;
  run(request: AgentRequest): Promise<AgentResult>;
  /** A tiny call in its home, which is to be empty: nothing of a branch has a part in the answer. Takes two minutes at most. */
  probe(request: Pick<AgentRequest, 'silenceMs' | 'signal'>): Promise<AgentProbe>;
  /** Fingerprint of the key that it uses now. */
  keyFingerprint(): Promise<string>;
}
