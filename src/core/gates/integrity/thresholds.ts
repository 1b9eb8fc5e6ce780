import { readSettings, type Setting } from './settings.ts';

/** A configuration as it was and as it is; null where it is not there. */
export interface ChangedText {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A limit that is lower than it was, or gone. */
export interface LoweredThreshold {
  readonly path: string;
  readonly line: number | null;
  readonly name: string;
  readonly before: string;
  /** Null where it is gone. */
  readonly after: string | null;
}

interface Threshold {
  readonly key: string;
  readonly name: string;
  readonly value: number;
  readonly line: number;
}

const COUNTED = /^(?:lines|branches|functions|statements|total|file|package|100|perFile)$/;
const OF_COVERAGE = /threshold|coverage|^nyc$|^c8$|cov/i;
const OWN_NAME =
  /^(?:fail[-_]?under|cov-fail-under|min(?:imum)?[-_]?cov(?:erage)?|cov(?:erage)?[-_]?(?:min(?:imum)?|threshold|target)|coverage_threshold|minimum_coverage|test-coverage-(?:lines|branches|functions))$/i;
const OF_JVM = /^(?:minimum|minBound|minValue|minimumCoveredRatio|coveredRatio)$/;
const FLAG =
  /--((?:coverage\.thresholds?\.|test-coverage-)?(?:lines|branches|functions|statements|100)|cov-fail-under|fail-under|check-coverage|coverage\.thresholds?\.100)(?:[= ]+["']?(\d+(?:\.\d+)?|true|false))?/g;

/** Returns the limits of coverage that are lower at the head, or that no changed configuration has any more. */
export function findLowered(texts: readonly ChangedText[]): LoweredThreshold[] {
  const sides = texts.map(({ path, before, after }) => ({
    path,
    before: thresholdsOf(path, before),
    after: thresholdsOf(path, after),
  }));
  const elsewhere = sides.flatMap(({ before, after }) =>
    after.filter((one) => !before.some(({ key }) => key === one.key)),
  );
  return sides.flatMap(({ path, before, after }) => {
    const keys = [...new Set(before.map(({ key }) => key))];
    return keys.flatMap((key): LoweredThreshold[] => {
      const [old, now] = [before, after].map((all) =>
        all.filter((one) => one.key === key).sort((one, other) => one.value - other.value),
      );
      return (old ?? []).flatMap((one, at) => {
        const same = now?.[at];
        if (same !== undefined ? same.value >= one.value : isMoved(one, elsewhere)) return [];
        return [
          {
            path,
            line: same?.line ?? null,
            name: one.name,
            before: String(one.value),
            after: same ? String(same.value) : null,
          },
        ];
      });
    });
  });
}

/** The same limit, or a higher one, under another name or in another file. */
function isMoved({ name, value }: Threshold, elsewhere: readonly Threshold[]): boolean {
  const last = (text: string) => text.split('.').at(-1) ?? '';
  return elsewhere.some((one) => (last(one.name) === last(name) || OWN_NAME.test(one.name)) && one.value >= value);
}

function thresholdsOf(path: string, text: string | null): Threshold[] {
  if (text === null) return [];
  const settings = readSettings(path, text);
  const flags = settings.flatMap(({ keys, value, line }) =>
    [...value.matchAll(FLAG)].map(([, name = '', given]) => ({ keys: [...keys, name], value: given ?? 'true', line })),
  );
  return [...settings, ...flags].flatMap((setting) => {
    const name = setting.keys.at(-1) ?? '';
    const value = numberOf(setting.value);
    if (value === null || !isThreshold(path, setting)) return [];
    return [{ key: setting.keys.join('.').toLowerCase(), name, value, line: setting.line }];
  });
}

function isThreshold(path: string, { keys }: Pick<Setting, 'keys'>): boolean {
  const name = keys.at(-1) ?? '';
  const above = keys.slice(0, -1);
  if (OWN_NAME.test(name) || /^check-?coverage$/i.test(name)) return true;
  if (above.some((one) => /watermarks|reporter/i.test(one))) return false;
  if (OF_JVM.test(name)) return /(?:gradle|\.kts|pom\.xml)$/.test(path);
  if (/codecov\.ya?ml$/.test(path)) return name === 'target';
  const isOwnFile = /(?:nycrc|c8rc|nyc\.config|testcoverage)/.test(path);
  const flag =
    /^(?:coverage\.thresholds?\.|test-coverage-)/.test(name) ||
    (COUNTED.test(name) &&
      keys.length > 1 &&
      /^(?:scripts|test|coverage|cov)/.test(above[0] ?? '') &&
      above.length <= 3);
  return flag || (COUNTED.test(name) && (isOwnFile || above.some((one) => OF_COVERAGE.test(one))));
}

/** True is a limit that counts, false is none. */
function numberOf(value: string): number | null {
  if (/^(?:true|on)$/i.test(value)) return 1;
  if (/^(?:false|off)$/i.test(value)) return 0;
  const digits = /^-?\d+(?:\.\d+)?/.exec(value.trim())?.[0];
  return digits === undefined || !/^-?[\d.]+\s*(?:%|$|f$|\.to\w+)/i.test(value.trim()) ? null : Number(digits);
}
