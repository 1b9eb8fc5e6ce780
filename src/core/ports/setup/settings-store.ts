export interface SecretState {
  /** The secret exists, with a value or without. */
  readonly exists: boolean;
  /** It has a value that is not empty. */
  readonly isSet: boolean;
  /** When it last got one (epoch ms), where that is known. */
  readonly changedAtMs: number | null;
}

/** The secrets of one environment, by name. Throws AWS_REQUEST_FAILED. */
export interface SecretValues {
  describe(name: string): Promise<SecretState>;
  /** The value that is in use, null without one. */
  read(name: string): Promise<string | null>;
  /** Stores a value beside the one in use, reads it back, and only then puts it in use; the earlier one is kept as the previous
   *  version. Where anything fails before, the earlier one stays in use. Throws SECRET_MISSING where there is no such secret. */
  replace(name: string, value: string): Promise<void>;
}

/** Where the project configuration is kept. */
export interface ProjectConfigStore {
  /** Its name for people. */
  readonly place: string;
  /** Null where there is none. */
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

export interface AlertSubscription {
  readonly address: string;
  readonly isConfirmed: boolean;
}

/** Who hears of alarms by e-mail. Throws AWS_REQUEST_FAILED. */
export interface AlertSubscriptions {
  /** Null where the topic is not there. */
  list(): Promise<readonly AlertSubscription[] | null>;
  subscribe(address: string): Promise<void>;
}
