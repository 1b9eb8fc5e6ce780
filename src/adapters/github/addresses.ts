import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';

export interface GitHubAddresses {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** Git and web pages. */
  readonly serverUrl: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Returns the addresses of github.com, or those that the variables of GitHub Actions name (Enterprise Server). Throws
 *  CONFIG_INVALID with every variable that holds no address. */
export function githubAddresses(env: Env): GitHubAddresses {
  const problems = [ENV.githubApiUrl, ENV.githubGraphqlUrl, ENV.githubServerUrl].flatMap((name) =>
    addressProblem(name, env),
  );
  if (problems.length > 0) {
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: 'An address of GitHub in the environment is not valid:',
      problems,
      remedy: 'Unset the variable for github.com, or put the address of your server into it: https://HOST/api/v3.',
    });
  }
  const address = (name: string, otherwise: string) => (env[name]?.trim() || otherwise).replace(/\/+$/, '');
  const apiUrl = address(ENV.githubApiUrl, 'https://api.github.com');
  const derived = apiUrl.endsWith('/api/v3') ? apiUrl.replace(/\/v3$/, '/graphql') : `${apiUrl}/graphql`;
  return {
    apiUrl,
    graphqlUrl: address(ENV.githubGraphqlUrl, derived),
    serverUrl: address(ENV.githubServerUrl, 'https://github.com'),
  };
}

function addressProblem(name: string, env: Env): string[] {
  const value = env[name]?.trim() ?? '';
  if (value === '') return [];
  const url = URL.parse(value);
  if (url !== null && url.password + url.username !== '')
    return [`${name}: must not contain a user name or a password`];
  if (url !== null && /^https?:$/.test(url.protocol)) return [];
  return [`${name}: must be an http:// or https:// address (it is ${JSON.stringify(value.slice(0, 100))})`];
}
