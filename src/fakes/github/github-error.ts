/** An error that GitHub reports with a type, such as NOT_FOUND or UNPROCESSABLE. */
export class GitHubError extends Error {
  readonly type: string;
  /** Stands beside type and message in `errors`. */
  extensions: Readonly<Record<string, unknown>> | undefined;

  constructor(type: string, message: string) {
    super(message);
    this.name = 'GitHubError';
    this.type = type;
  }
}
