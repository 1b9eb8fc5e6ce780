import { readSettings, type Setting } from './settings.ts';
import type { ChangedText } from './thresholds.ts';
import { without } from './tokens.ts';

/** A setting that lets a run pass with fewer tests, or with failed ones. */
export interface Leniency {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

const FLAGS =
  /\bPYTHONOPTIMIZE=\S+|(?<=\bpython\d?\b[^\n]*)\s-O{1,2}(?=\s)|(?<=(?:pytest|addopts)\b[^\n]*)--(?:co|collect-only|setup-only)\b|(?<=\b(?:jest|vitest|mocha)\b[^\n]*)--(?:listTests|onlyChanged|changed|dry-run)\b|--pass-?[wW]ith-?[nN]o-?[tT]ests|--allowOnly|-DskipTests(?:=true)?|-Dmaven\.test\.skip(?:=true)?|-Dmaven\.test\.failure\.ignore(?:=true)?|-DfailIfNoTests=false|--exit-zero|--suppress-no-test-exit-code|--no-cov(?![\w-])|--dangerouslyIgnoreUnhandledErrors|(?<=(?:py\.?test|addopts)\b[^\n]*)(?:-k|-m)[= ]+["']?[^\s"']+(?:\s+[^\s"'-]+["'])?|(?<=\bgo test\b[^\n]*)-(?:run|skip)[= ]\S+|(?<=\b(?:mocha|jest|vitest)\b[^\n]*)(?:--grep|--invert|--testNamePattern)\b\S*(?:[ =]\S+)?|(?<=gradlew?\b[^\n]*)-x\s+test\b/g;
const MOST_TEXT = 2000;
const FORGIVEN = /(?:\|\||;)\s*(?:true|:|exit 0)\s*["']?$/;
const NOTHING = /^(?:true|:|exit 0|echo\b[^&|;]*|node -e ["']{0,2})$/;
const SWITCHES: ReadonlyArray<readonly [name: RegExp, value: RegExp]> = [
  [
    /^(?:passWithNoTests|pass-with-no-tests|allowOnly|dangerouslyIgnoreUnhandledErrors|skipTests|skipITs|maven\.test\.skip|testFailureIgnore|maven\.test\.failure\.ignore|ignoreFailures|allow_failure)$/,
    /^true$/,
  ],
  [
    /^(?:forbidOnly|forbid-only|fail-zero|failZero|xfail_strict|failIfNoTests|failOnNoDiscoveredTests|strict)$/,
    /^false$/,
  ],
];

/** Returns what makes runs more lenient in configurations that changed. */
export function findLeniency(texts: readonly ChangedText[]): Leniency[] {
  return texts.flatMap(({ path, before, after }) => {
    if (after === null) return [];
    const old = lenientOf(path, before ?? '').map(({ what }) => what);
    const now = lenientOf(path, after);
    const fresh = new Set(
      without(
        now.map(({ what }) => what),
        old,
      ),
    );
    return now.filter(({ what }) => fresh.delete(what)).map((one) => ({ path, ...one }));
  });
}

function lenientOf(path: string, text: string): Pick<Leniency, 'line' | 'what'>[] {
  const settings = readSettings(path, text);
  const tests = /\.ya?ml$/.test(path) ? linesWithTests(text) : new Set<number>();
  return settings.flatMap((long) => {
    const setting = { ...long, value: long.value.slice(0, MOST_TEXT) };
    const { keys, value, line } = setting;
    const flags = [...`${keys.includes('addopts') ? 'addopts ' : ''}${value}`.matchAll(FLAGS)].map(([flag]) => ({
      line,
      what: flag.trim(),
    }));
    const off = switchOf(path, setting) ?? (isForgivenStep(setting, tests) ? 'continue-on-error: true' : null);
    return off === null ? flags : [...flags, { line, what: off }];
  });
}

const STEP_LINES = 4;

/** A step of a workflow may fail, and it is one that runs tests. */
function isForgivenStep({ keys, value, line }: Setting, tests: ReadonlySet<number>): boolean {
  if (keys.at(-1) !== 'continue-on-error' || value !== 'true') return false;
  return Array.from({ length: 2 * STEP_LINES + 1 }, (_, at) => line - STEP_LINES + at).some((near) => tests.has(near));
}

function linesWithTests(text: string): Set<number> {
  const lines = text
    .split('\n')
    .map((line, at) => (/\brun:.*\b(?:test|tests|pytest|tox|jest|vitest|mocha|check)\b/.test(line) ? at + 1 : 0));
  return new Set(lines.filter((line) => line > 0));
}

function switchOf(path: string, { keys, value }: Setting): string | null {
  const name = keys.at(-1) ?? '';
  if (SWITCHES.some(([names, values]) => names.test(name) && values.test(value))) return `${name}: ${value}`;
  const isTest = keys.some((one) => /test|cov|check|verify|^ci$/i.test(one));
  if (
    path.endsWith('package.json') &&
    keys.includes('scripts') &&
    isTest &&
    (FORGIVEN.test(value) || NOTHING.test(value.trim()))
  )
    return `${name}: ${value.slice(0, 80)}`;
  if (
    /(?:[Mm]akefile|\.ya?ml|\.ini|justfile)$/.test(path) &&
    FORGIVEN.test(value) &&
    /\btest|pytest|go vet|mvn|gradle/.test(value)
  )
    return value.slice(0, 80);
  if (
    /pom\.xml$/.test(path) &&
    name === 'skip' &&
    value === 'true' &&
    keys.some((one) => /plugin|configuration/.test(one))
  )
    return 'skip: true';
  if (/pom\.xml$/.test(path) && /^(?:excludedGroups|groups)$/.test(name)) return `${name}: ${value.slice(0, 80)}`;
  if (/^(?:python_functions|python_classes)$/.test(name) && !/^\*?test/i.test(value))
    return `${name}: ${value.slice(0, 80)}`;
  const isGradleTest = /gradle/.test(path) && keys.some((one) => /^(?:test|tasks\.test|Test)$|test/i.test(one));
  if (isGradleTest && /^(?:excludeTags|includeTags)$/.test(name)) return `${name}: ${value.slice(0, 80)}`;
  return isGradleTest && name === 'enabled' && value === 'false' ? 'enabled = false' : null;
}
