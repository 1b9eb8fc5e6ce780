import { type Fields, fields } from '../json-lines.ts';
import { ENV } from '../names.ts';
import { createRedactor } from '../secrets/redact.ts';

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
/** Parts of names under which secrets stand; a number of tokens (`MAX_OUTPUT_TOKENS`) is none. */
const SECRET_NAME =
  /(?:KEY|APIKEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|CREDENTIALS|COOKIE|BEARER)(?:_|$)|(?:^|_)(?:AUTH|AUTHORIZATION|PAT|PRIVATE)(?:_|$)/;
/** What makes a program load, find or run something else: search paths, options of interpreters, loaders, start-up files. */
const LOADER_NAME =
  /PATH$|PATHS$|(?:^|_)(?:OPTIONS|OPTS|OPT|FLAGS)$|^(?:RUBY|PERL5)|^(?:LD|DYLD|GIT|NPM_CONFIG|BUN_CONFIG|NODE|PYTHON|XDG|SSH|GCONV)_|^PYTHON|^(?:ENV|BASH_ENV|IFS|PS4|EDITOR|VISUAL|PAGER|BROWSER|SHELL)$/;
/** What the worker itself gives to the programs of a branch, or keeps from them. */
const WORKER_NAME =
  /^(?:AWS|ECS|CODEBUILD|LAMBDA|GITHUB|GH|ACTIONS|KIRO_WORKER|LC)_|PROXY$|^SSL_CERT_|^(?:HOME|USER|LOGNAME|PWD|OLDPWD|TMPDIR|TMP|TEMP|CI|TERM|LANG|TZ|JAVA_HOME|GOROOT|CARGO_HOME|RUSTUP_HOME)$/;
const KIRO_FIELDS = ['engine', 'agentName', 'trustedTools', 'extraArguments', 'version'] as const;
/** What decides how the agent is spoken to, and what is a field of its own. */
const WORKERS_ARGUMENT =
  /^--(?:no-interactive|output-format|v2|v3|agent-engine|trust-all-tools|trust-tools|agent|model|effort|resume|resume-id)(?:=|$)/;
const OWN_NAMES: ReadonlySet<string> = new Set(Object.values(ENV));

/** What fetches a program when it is started: neither pinned nor checked, and with the agent's key in reach. */
const FETCHES =
  /(?:^|[\s/])(?:npx|pnpx|bunx|uvx)(?:\.cmd)?(?=\s|$)|(?:^|[\s/])(?:npm\s+(?:exec|x|create|init)|pnpm\s+(?:dlx|create)|yarn\s+(?:dlx|create)|bun\s+(?:x|create)|uv\s+tool\s+run|pipx\s+run|go\s+run|docker\s+run)(?=\s|$)|(?:^|[\s/])deno\s(?:.*\s)?(?:npm|jsr|https?):/;

/** Returns what the fields of `agent` say together, one line for each problem; values are not repeated, since somebody may have put a
 *  secret there. Looked for whatever else is wrong. */
export function agentProblems(value: unknown): string[] {
  const agent = fields(value);
  const { kind = 'kiro', command, environment, keyVariable } = agent;
  return [
    ...commandProblems(command, kind),
    ...(typeof keyVariable === 'string' ? keyVariableProblems(keyVariable, kind) : []),
    ...foreignFields(agent, kind),
    ...argumentProblems(agent.extraArguments),
    ...Object.entries(fields(environment)).flatMap(([name, text]) => variableProblems(name, { text, keyVariable })),
  ];
}

/** Fields that mean nothing to the kind of agent would be taken for a limit, or a pin, that is in force. */
function foreignFields(agent: Fields, kind: unknown): string[] {
  const isSet = (name: string) =>
    agent[name] !== undefined && !(Array.isArray(agent[name]) && agent[name].length === 0);
  if (kind !== 'acp')
    return typeof agent.tokensPerRun === 'number' ? ['agent.tokensPerRun: Kiro counts in credits; leave it out'] : [];
  return [
    ...KIRO_FIELDS.filter(isSet).map((name) => `agent.${name}: is for kind "kiro"; an ACP agent has its own arguments`),
    ...(typeof fields(agent.limits).creditsPerRun === 'number'
      ? ['agent.limits.creditsPerRun: an ACP agent counts in tokens (agent.tokensPerRun)']
      : []),
  ];
}

function argumentProblems(value: unknown): string[] {
  const words = Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
  const owned = words.filter((word) => WORKERS_ARGUMENT.test(word));
  return [
    ...owned.map((word) => `agent.extraArguments: ${word.split('=')[0]} is the worker's own, or a field of "agent"`),
    ...(words.some((word) => /\p{Cc}/u.test(word)) ? ['agent.extraArguments: must be words of one line each'] : []),
    ...(words.some(looksSecret) ? ['agent.extraArguments: hold what looks like a secret'] : []),
  ];
}

function commandProblems(command: unknown, kind: unknown): string[] {
  if (kind === 'acp' && command === undefined) return ['agent.command: is required for kind "acp" (nothing is there)'];
  if (!Array.isArray(command)) return [];
  const words = command.filter((word) => typeof word === 'string');
  const [program = ''] = words;
  const problems: string[] = [];
  if (words.some((word) => /\p{Cc}/u.test(word))) problems.push('agent.command: must be words of one line each');
  if (kind === 'kiro' && words.length > 1)
    problems.push('agent.command: of kind "kiro" names the program alone; extraArguments holds further arguments');
  if (program.includes('/') && !program.startsWith('/'))
    problems.push('agent.command: the program must be an absolute path, or a name that is found on the PATH');
  if (FETCHES.test(words.join(' ')))
    problems.push(
      'agent.command: must not fetch a program (npx and the like): a build runs what was pinned before, from the image or from ' +
        'tools/ by its SHA-256 (docs/agents.md)',
    );
  if (words.some(looksSecret))
    problems.push(
      'agent.command: holds what looks like a secret; put it into the secret agent-key, and name keyVariable',
    );
  return problems;
}

function keyVariableProblems(name: string, kind: unknown): string[] {
  if (kind === 'kiro') return [`agent.keyVariable: is for kind "acp"; Kiro finds its key in ${ENV.kiroApiKey}`];
  const isWorkers = name !== ENV.kiroApiKey && (OWN_NAMES.has(name) || WORKER_NAME.test(name));
  if (isWorkers || LOADER_NAME.test(name)) return [`agent.keyVariable: ${name} is not for a key`];
  return [];
}

function variableProblems(name: string, { text, keyVariable }: { text: unknown; keyVariable: unknown }): string[] {
  const field = `agent.environment.${VARIABLE_NAME.test(name) ? name : JSON.stringify(name.slice(0, 40))}`;
  const upper = name.toUpperCase();
  if (!VARIABLE_NAME.test(name)) return [`${field}: is not a name of a variable`];
  if (upper === keyVariable) return [`${field}: is where the agent finds its key; the secret agent-key holds it`];
  if (OWN_NAMES.has(upper) || WORKER_NAME.test(upper)) return [`${field}: the worker sets it by itself`];
  if (LOADER_NAME.test(upper)) return [`${field}: would change which programs are run`];
  if (SECRET_NAME.test(upper) || looksSecret(text))
    return [`${field}: looks like a secret; the agent's key is the secret agent-key, named by keyVariable`];
  if (typeof text === 'string' && (text.length > 8_000 || text.includes('\0')))
    return [`${field}: must be 8000 characters or less, without a NUL`];
  return [];
}

const redact = createRedactor([]);

function looksSecret(text: unknown): boolean {
  return typeof text === 'string' && redact(text) !== text;
}
