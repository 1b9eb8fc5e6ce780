/** An error that GitHub reports with a type, such as NOT_FOUND or UNPROCESSABLE. */
export class GitHubError extends Error {
  readonly type: string;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;

  constructor(type: string, message: string, extensions?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = 'GitHubError';
    this.type = type;
    this.extensions = extensions;
  }
}
