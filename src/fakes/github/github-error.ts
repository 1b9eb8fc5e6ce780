/** An error that GitHub reports with a type, such as NOT_FOUND or UNPROCESSABLE. */
export class GitHubError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = 'GitHubError';
    this.type = type;
  }
}
