import type { Language, Skip } from '../../core/gates/integrity/model.ts';
import { lastName } from './assertion.ts';
import type { Dialect } from './dialect.ts';
import type { Syntax } from './syntax.ts';

const CALLS = ['call_expression', 'call', 'method_invocation'];

const EXITS: Readonly<Record<string, RegExp>> = {
  script: /^(?:process\.(?:exit|reallyExit|abort|kill)|Deno\.exit|Bun\.exit)$/,
  python: /^(?:os\._exit|sys\.exit|exit|quit|os\.kill|os\.abort|pytest\.exit|_exit)$/,
  jvm: /^(?:System\.exit|Runtime\.getRuntime\(\)\.(?:halt|exit)|exitProcess|kotlin\.system\.exitProcess)$/,
  go: /^(?:os\.Exit|syscall\.Exit|log\.Fatal\w*|runtime\.Goexit)$/,
};

/** What sets the verdict of a run from within: exit codes and outcomes. */
const VERDICTS = /^(?:process\.exitCode|\w+\.exitstatus|\w+\.outcome|\w+\.testsfailed|\w+\.wasSuccessful)$/;

/** Returns the places of a file that end the process, or set how it came out. */
export function findExits(root: Syntax, { language, dialect }: { language: Language; dialect: Dialect }): Skip[] {
  const pattern = EXITS[kindOf(language)];
  const calls = root
    .all(...CALLS)
    .filter((call) => pattern?.test(calleeOf(call)) && !isHarmless(call, root) && !isGuarded(call, dialect));
  const ends = root.all('raise_statement').filter(({ text }) => /^raise\s+SystemExit\b/.test(text));
  const set = root
    .all('assignment_expression', 'assignment')
    .filter((one) => VERDICTS.test(one.child('left')?.text ?? ''));
  return [
    ...calls.map((call) => ({ how: `${calleeOf(call)}()`, line: call.line })),
    ...[...ends, ...set].map((one) => ({ how: one.text.split('\n')[0]?.slice(0, 60) ?? '', line: one.line })),
  ];
}

/** Returns what takes tests out of a whole run, from hooks of pytest that `conftest.py` declares. */
export function findWholeRun(root: Syntax, language: Language): Skip[] {
  if (language !== 'python') return [];
  const hooks = root
    .all('function_definition')
    .filter((one) =>
      /^pytest_(?:collection_modifyitems|ignore_collect|runtest_setup|pycollect_makeitem|collection_finish|collect_file)$/.test(
        one.child('name')?.text ?? '',
      ),
    );
  return hooks
    .flatMap((hook) => offOfHook(hook))
    .map((node) => ({ how: node.text.split('\n')[0]?.slice(0, 80) ?? '', line: node.line }));
}

/** `items[:] = []`, `items.clear()`, `return True`, and marks that no condition decides about. */
function offOfHook(hook: Syntax): Syntax[] {
  const isPlain = (node: Syntax) => {
    for (let above = node.parent; above !== null && above !== hook; above = above.parent)
      if (/^(?:if_statement|elif_clause|else_clause|conditional_expression)$/.test(above.type)) return false;
    return true;
  };
  const name = hook.child('name')?.text ?? '';
  const marks = hook
    .all('call')
    .filter(
      (call) =>
        (/(?:\.add_marker|^pytest\.skip)$/.test(call.child('function')?.text ?? '') &&
          /\bskip\b|xfail/.test(call.text)) ||
        /^items\.clear$/.test(call.child('function')?.text ?? ''),
    );
  const cut = hook
    .all('assignment')
    .filter(
      (one) => /^items\[:\]$/.test(one.child('left')?.text ?? '') && /^\[\s*\]$/.test(one.child('right')?.text ?? ''),
    );
  const deleted = hook.all('delete_statement').filter(({ text }) => /\bitems\[/.test(text));
  const refused = /ignore_collect/.test(name)
    ? hook.all('return_statement').filter(({ text }) => /\bTrue\b/.test(text))
    : [];
  return [...marks, ...cut, ...deleted, ...refused].filter(isPlain);
}

function calleeOf(call: Syntax): string {
  if (call.type === 'method_invocation') {
    const object = call.child('object')?.text;
    return object === undefined ? lastName(call) : `${object}.${lastName(call)}`;
  }
  return (call.child('function') ?? call.named[0])?.text ?? '';
}

/** `os.Exit(m.Run())` is how a TestMain ends, `sys.exit(pytest.main())` how a script does. */
function isHarmless(call: Syntax, root: Syntax): boolean {
  if (/\.Run\(|unittest\.main|pytest\.main|\bmain\(/.test(call.text)) return true;
  const code = /^os\.Exit\(\s*(\w+)\s*\)$/.exec(call.text)?.[1];
  if (code !== undefined && new RegExp(`\\b${code}\\s*:?=\\s*[\\w.]*(?:\\.Run\\(|[mM]ain\\()`).test(root.text))
    return true;
  for (let above = call.parent; above !== null; above = above.parent)
    if (
      above.type === 'if_statement' &&
      /__name__|require\.main|import\.meta\.main/.test(above.child('condition')?.text ?? '')
    )
      return true;
  return false;
}

/** A condition that is no constant decides whether it ends anything. */
function isGuarded(call: Syntax, dialect: Dialect): boolean {
  for (let above = call.parent; above !== null && !dialect.closures.has(above.type); above = above.parent) {
    const branch = dialect.branch(above);
    if (branch !== null && branch.value === null && branch.condition !== undefined) return true;
  }
  return false;
}

function kindOf(language: Language): string {
  if (language === 'python' || language === 'go') return language;
  return language === 'java' || language === 'kotlin' ? 'jvm' : 'script';
}
