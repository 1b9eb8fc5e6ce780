/** Returns the value at a path such as `Properties.Targets.0.Arn`; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => recordOf(inner)[key], value);
}

/** Returns the list at a path; empty where there is none. */
export function listAt(value: unknown, path: string): unknown[] {
  return listOf(at(value, path));
}

/** Returns the object at a path; empty where there is none. */
export function recordAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  return recordOf(at(value, path));
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns an object (or list, by index) as a record; empty for anything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Returns what stands under a key, anywhere in a value. */
export function findKey(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...findKey(inner, key)]);
}
