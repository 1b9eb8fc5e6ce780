/** The place in the artifacts bucket of an environment from which functions take their code, and CloudFormation templates that are
 *  too long for a request. Throws SETUP_INCOMPLETE and RELEASE_STORE_FAILED as the store of releases does. */
export interface CodeStore {
  has(key: string): Promise<boolean>;
  /** Stores bytes under a key that says their content; what is there already stays as it is. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Address of a key in the form that CloudFormation takes. */
  urlOf(key: string): string;
}
