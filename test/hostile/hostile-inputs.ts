import { ENTRY_POINTS, linked } from './entry-points.ts';

export interface HostileInput {
  readonly entryPoint: keyof typeof ENTRY_POINTS;
  readonly name: string;
  /** What the entry point says to it, null when it accepts it. */
  readonly say: () => string | null;
  /** The field and, where it has one, the value that the words must name. */
  readonly names: readonly string[];
}

type Input<Entry extends keyof typeof ENTRY_POINTS> = Parameters<(typeof ENTRY_POINTS)[Entry]>[0];

function at<Entry extends keyof typeof ENTRY_POINTS>(
  entryPoint: Entry,
  cases: ReadonlyArray<readonly [name: string, input: Input<Entry>, ...names: string[]]>,
): HostileInput[] {
  const say = ENTRY_POINTS[entryPoint] as (input: Input<Entry>) => string | null;
  return cases.map(([name, input, ...names]) => ({ entryPoint, name, names, say: () => say(input) }));
}

const config = (part: object) => JSON.stringify({ organization: 'octo', repository: 'app', projectNumber: 1, ...part });
const record = (type: string, data: unknown) => JSON.stringify({ type, data });
const done = (part: object = {}) => record('runFinished', { status: 'success', stopReason: 'end_turn', ...part });
const denied = (title: string) => {
  const update = {
    sessionUpdate: 'tool_call_update',
    toolCallId: '1',
    title,
    status: 'failed',
    _meta: { kiro: { consent: 'deny' } },
  };
  return record('sessionUpdate', { update });
};
const bytes = (text: string) => new TextEncoder().encode(text);
const listed = (file: object) => JSON.stringify({ version: '1.0.0', files: [file] });

export const HOSTILE_INPUTS: readonly HostileInput[] = [
  ...at('branch', [
    ['an option', '--upload-pack=touch /tmp/x', '"--upload-pack=touch /tmp/x"', 'option'],
    ['a short option', '-D', '"-D"', 'option'],
    ['the parent folder', '../main', '"../main"', '".."'],
    ['a way up inside', 'a/../../b', '"a/../../b"', '".."'],
    ['an absolute path', '/etc/passwd', '"/etc/passwd"', '"/"'],
    ['a range', 'main..dev', '"main..dev"', '".."'],
    ['a refspec', '+main:main', '"+main:main"', ':'],
    ['a revision', 'main~1', '"main~1"', '~'],
    ['a tree', 'main^{tree}', '"main^{tree}"', '^'],
    ['the reflog', 'main@{1}', '"main@{1}"', '@{'],
    ['the current commit', 'HEAD', '"HEAD"', 'current commit'],
    ['a full ref', 'refs/heads/main', '"refs/heads/main"', 'full ref'],
    ["another's pull request", 'refs/pull/1/head', '"refs/pull/1/head"', 'full ref'],
    ['a hidden folder', 'a/.git/config', '"a/.git/config"', '"."'],
    ['a lock file', 'a.lock', '"a.lock"', '.lock'],
    ['a line break', 'a\nb', '"a\\nb"', 'control'],
    ['NUL', 'a\0b', '"a\\u0000b"', 'control'],
    ['an escape sequence', 'a\x1b[31mb', '\\u001b', 'control'],
    ['a direction override', 'a\u202eb', 'invisible'],
    ['a zero-width space', 'ma\u200bin', 'invisible'],
    ['a lone surrogate', 'a\ud800b', 'Unicode'],
    ['two words', 'main --force', '"main --force"', 'space'],
    ['a pattern', 'feature/*', '"feature/*"', '*'],
    ['a backslash', 'a\\b', '"a\\\\b"', '\\'],
    ['245 characters', 'x'.repeat(245), 'xxx', '244 bytes'],
    ['a million characters', 'x'.repeat(1_000_000), 'xxx', '244 bytes'],
    ['an empty part', 'a//b', '"a//b"', '"//"'],
    ['a last slash', 'a/', '"a/"', '"/"'],
    ['a last dot', 'a.', '"a."', '"."'],
  ]),
  ...at('card', [
    ['a draft', { type: 'DRAFT_ISSUE', content: null }, 'draft-issue'],
    ['a redacted one', { type: 'REDACTED', content: null }, 'redacted'],
    ['one without content', { content: null }, 'redacted'],
    ['an archived one', { archived: true }, 'archived'],
    ['one of another column', { status: 'for implementation' }, 'other-column', '"for implementation"'],
    ['one of a look-alike column', { status: 'For\u00a0Implementation' }, 'other-column'],
    ['one without a branch', {}, 'no-branch', '"Branch"'],
    ['one of a fork', linked({ headRepository: 'eve/app' }), 'fork'],
    ['one of a deleted fork', linked({ headRepository: null }), 'fork'],
    ['one of two branches', linked({}, { number: 6, headRef: 'other' }), 'ambiguous-branch', '"feature/x" and "other"'],
    ['one whose pull request has an option for a head', linked({ headRef: '-f' }), 'invalid-branch', '"-f"'],
    ['one of a pull request elsewhere', linked({ repository: 'eve/app', headRepository: 'eve/app' }), 'no-branch'],
  ]),
  ...at('config', [
    ['no JSON', 'organization: octo', '(whole)', 'not JSON'],
    ['nothing', '', '(whole)', 'not JSON'],
    ['a list', '[]', '(whole)'],
    ['a text', '"octo"', '(whole)'],
    ['null', 'null', '(whole)'],
    ['deep nesting', '['.repeat(100_000), '(whole)', 'not JSON'],
    ['no owner', '{"repository":"app","projectNumber":1}', 'organization', 'nothing is there'],
    ['two owners', config({ user: 'eve' }), 'organization', '"octo"'],
    ['an owner with a path', config({ organization: '../octo' }), 'organization', '"../octo"'],
    ['an owner of the wrong type', config({ organization: 7 }), 'organization', '7'],
    ['a repository that is a path', config({ repository: '../../etc' }), 'repository', '"../../etc"'],
    [
      'a repository that is a URL',
      config({ repository: 'https://eve.example/app' }),
      'repository',
      'https://eve.example/app',
    ],
    ['a repository that is an option', config({ repository: '--exec/x' }), 'repository', '"--exec/x"'],
    ['a repository with a line break', config({ repository: 'app\nx' }), 'repository', '"app\\nx"'],
    ['a repository of dots', config({ repository: 'octo/..' }), 'repository', '"octo/.."'],
    ['no project', config({ projectNumber: undefined }), 'projectNumber', 'nothing is there'],
    ['project 0', config({ projectNumber: 0 }), 'projectNumber', '0'],
    ['half a project', config({ projectNumber: 1.5 }), 'projectNumber', '1.5'],
    ['a project as text', config({ projectNumber: '1' }), 'projectNumber', '"1"'],
    ['an unknown setting', config({ allowForks: true }), 'allowForks'],
    ['a prototype', '{"__proto__":{"x":1},"organization":"octo","repository":"app","projectNumber":1,"x":1}', 'x'],
    ['an empty column', config({ targetStatusColumn: '  ' }), 'targetStatusColumn', '"  "'],
    ['a huge column', config({ targetStatusColumn: 'x'.repeat(9999) }), 'targetStatusColumn', 'xxx'],
    ['one column for two things', config({ reviewColumn: 'for implementation' }), 'targetStatusColumn'],
    ['endless attempts', config({ maxAttempts: 1e9 }), 'maxAttempts', '1000000000'],
    ['a negative back-off', config({ retryBackoffMinutes: -1 }), 'retryBackoffMinutes', '-1'],
    ['a threshold above 100', config({ coverageThreshold: 101 }), 'coverageThreshold', '101'],
    [
      'a Power over plain HTTP',
      config({ power: { source: 'http://eve.example/p', ref: 'v1' } }),
      'power.source',
      'http://eve.example/p',
    ],
    [
      'a Power with credentials',
      config({ power: { source: 'https://u:p@h/p', ref: 'v1' } }),
      'power.source',
      'without credentials',
    ],
    ['a Power that is not pinned', config({ power: { source: 'https://h/p' } }), 'power.ref', 'nothing is there'],
    ['an invalid address', config({ commitEmail: 'x> y' }), 'commitEmail', '"x> y"'],
  ]),
  ...at('repositoryFile', [
    ['no YAML', 'test: [npm', '(whole)', 'not YAML'],
    ['an alias bomb', 'a: &a [x]\ntest: [*a, *a]', '(whole)'],
    ['a tag', 'test: !!js/function "x"', '(whole)'],
    ['several documents', 'test: x\n---\ntest: y', '(whole)', 'several documents'],
    ['a list', '- npm', '(whole)'],
    ['a huge file', `# ${'x'.repeat(70_000)}`, '(whole)', '65536'],
    ['an unknown setting', 'deploy: make', 'deploy'],
    ['two commands', 'test: npm test; curl eve', 'test', 'npm test; curl eve'],
    ['a pipe', 'test: npm test | tee x', 'test', 'a pipe'],
    ['a substitution', 'test: echo $(id)', 'test', 'echo $(id)'],
    ['an option for a program', 'test: --version', 'test', '--version'],
    ['a variable before the program', 'test: A=b npm test', 'test', 'A=b npm test'],
    ['a number for a command', 'test: 7', 'test', '7'],
    ['a folder outside', 'folder: ../..', 'folder', '"../.."'],
    ['an absolute folder', 'folder: /etc', 'folder', '"/etc"'],
    ['a folder in .git', 'folder: a/.git/hooks', 'folder', '"a/.git/hooks"'],
    ['a report outside', 'reports: {coverage: [../x]}', 'reports.coverage', '"../x"'],
    ['a negated protection', 'protectedPaths: ["!.github/**"]', 'protectedPaths.0', '"!.github/**"'],
    ['a threshold as text', 'coverageThreshold: none', 'coverageThreshold', '"none"'],
    ['an endless time limit', 'timeouts: {testMinutes: 1.0e+9}', 'timeouts.testMinutes', '1000000000'],
  ]),
  ...at('settings', [
    ['an option for a branch', { BRANCH_NAME: '-f' }, 'BRANCH_NAME', '"-f"'],
    ['a way up for a branch', { BRANCH_NAME: 'a/../b' }, 'BRANCH_NAME', '"a/../b"'],
    ['no branch', { BRANCH_NAME: '' }, 'BRANCH_NAME', 'empty'],
    ['a spec outside', { SPEC_PATH: '../../etc' }, 'SPEC_PATH', '"../../etc"'],
    ['a spec that leads out', { SPEC_PATH: '.kiro/specs/../../.github' }, 'SPEC_PATH', '".kiro/specs/../../.github"'],
    ['an absolute spec', { SPEC_PATH: '/etc' }, 'SPEC_PATH', '"/etc"'],
    ['the folder of all specs', { SPEC_PATH: '.kiro/specs/' }, 'SPEC_PATH', '".kiro/specs/"'],
    ['a pathspec', { SPEC_PATH: ':(top).kiro/specs/x' }, 'SPEC_PATH', ':(top)'],
    ['NUL in the spec', { SPEC_PATH: '.kiro/specs/a\0b' }, 'SPEC_PATH', '\\u0000'],
    ['an invalid number', { WORK_ITEM_NUMBER: '7; id' }, 'WORK_ITEM_NUMBER', '"7; id"'],
    ['a negative fence', { LOCK_FENCE: '-1' }, 'LOCK_FENCE', '"-1"'],
    ['a huge fence', { LOCK_FENCE: '9'.repeat(40) }, 'LOCK_FENCE', '999'],
    ['an invalid threshold', { COVERAGE_THRESHOLD: 'off' }, 'COVERAGE_THRESHOLD', '"off"'],
    ['a time limit of nothing', { BUILD_TIMEOUT: '0' }, 'BUILD_TIMEOUT', '"0"'],
  ]),
  ...at('spec', [
    ['no file', { names: [], tasks: null }, 'tasks.md', 'requirements.md', 'design.md'],
    ['tasks.md that is a link', { names: ['requirements.md', 'design.md'], tasks: null }, 'tasks.md', 'missing'],
    [
      'a name in capitals',
      { names: ['TASKS.md', 'requirements.md', 'design.md'], tasks: null },
      'tasks.md',
      '"TASKS.md"',
    ],
    ['tasks in a code block', { tasks: '```\n- [ ] 1. Do it\n```\n' }, 'tasks.md', 'no task'],
    ['tasks in a comment', { tasks: '<!--\n- [ ] 1. Do it\n-->\n' }, 'tasks.md', 'no task'],
    ['NUL in the tasks', { tasks: '- [ ] 1. Do\0it\n' }, 'tasks.md', 'NUL'],
    ['no design', { names: ['tasks.md', 'bugfix.md'] }, 'design.md', 'missing'],
    ['an unknown type', { names: ['tasks.md', 'requirements.md'], config: '{"specType":"fast"}' }, 'design.md'],
    ['a configuration that is no JSON', { names: ['tasks.md', 'requirements.md'], config: '{' }, 'design.md'],
  ]),
  ...at('tasksFile', [
    ['NUL', bytes('- [ ] 1. Do\0it\n'), 'tasks.md', 'NUL'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x2d, 0x00]), 'tasks.md', 'NUL'],
    ['Latin-1', new Uint8Array([0x2d, 0x20, 0xe9, 0x0a]), 'tasks.md', 'UTF-8'],
    ['an overlong sequence', new Uint8Array([0xc0, 0xaf]), 'tasks.md', 'UTF-8'],
    ['a surrogate', new Uint8Array([0xed, 0xa0, 0x80]), 'tasks.md', 'UTF-8'],
    ['5 MiB', new Uint8Array(5 * 1024 * 1024).fill(0x20), 'tasks.md', '5242880'],
  ]),
  ...at('agent', [
    ['nothing', [], 'failed', 'without saying'],
    ['words', ['All done, every test passes!'], 'failed', 'without saying'],
    ['half a record', ['{"type":"runFinished","data":{"status":"success"'], 'failed', 'without saying'],
    ['a record of another type', [record('RUNFINISHED', { status: 'success' })], 'failed', 'without saying'],
    [
      'a list',
      ['[{"type":"runFinished","data":{"status":"success","stopReason":"end_turn"}}]'],
      'failed',
      'without saying',
    ],
    ['a status of the wrong type', [done({ status: true })], 'failed', 'none'],
    ['no status', [record('runFinished', {})], 'failed', 'none'],
    ['no data', [record('runFinished', null)], 'failed'],
    ['another status', [done({ status: 'partial' })], 'failed', '"partial"'],
    ['another reason', [done({ stopReason: 'max_tokens' })], 'failed', 'max_tokens'],
    ['a refusal', [done({ stopReason: 'refusal', finalText: 'I will not.' })], 'refused', 'I will not.'],
    ['an error, then success', [record('runError', { message: 'overloaded' }), done()], 'failed', 'overloaded'],
    ['a refused tool, then success', [denied('Running: curl eve'), done()], 'denied'],
    ['a login page', ['Confirm the following code in the browser', 'Code: ABCD-EFGH'], 'not-authenticated'],
    ['a line of 5 MiB', [`{"type":"runFinished","x":"${'x'.repeat(5 * 1024 * 1024)}"`], 'failed', 'without saying'],
    ['deep nesting', [`{"type":"sessionUpdate","data":${'['.repeat(50_000)}`], 'failed', 'without saying'],
    ['NUL and control characters', ['\0\x1b]0;title\x07{"type":"runFinished"', '\x9b31m'], 'failed', 'without saying'],
    [
      'a prototype',
      ['{"__proto__":{"type":"runFinished","data":{"status":"success","stopReason":"end_turn"}}}'],
      'failed',
    ],
  ]),
  ...at('power', [
    ['no file', { steering: {} }, 'steering/'],
    ['a way out', { steering: { '../../.github/workflows/x.md': '' } }, 'steering/../../.github/workflows/x.md'],
    ['a hidden file', { steering: { '.mcp.json': '' } }, 'steering/.mcp.json'],
    ['a script', { steering: { 'run.sh': '' } }, 'steering/run.sh'],
    ['a manifest that is no JSON', { manifest: '{' }, 'manifest.json', 'not JSON'],
    [
      'a file that nobody listed',
      { manifest: listed({ path: 'b.md', sha256: '1'.repeat(64) }) },
      'steering/a.md',
      'not listed',
    ],
    ['another content', { manifest: listed({ path: 'a.md', sha256: '1'.repeat(64) }) }, 'steering/a.md', 'SHA-256'],
    ['an invalid checksum', { manifest: listed({ path: 'a.md', sha256: 'abc' }) }, 'files.0.sha256', '"abc"'],
    ['a version with a line break', { manifest: '{"version":"1\\nx","files":[]}' }, 'version', '"1\\nx"'],
  ]),
];
