/** Returns a record with the same keys and changed values. */
export function mapValues<Key extends string, T, R>(
  record: Readonly<Record<Key, T>>,
  change: (value: T, key: Key) => R,
): Record<Key, R> {
  const entries = entriesOf(record).map(([key, value]) => [key, change(value, key)]);
  return Object.fromEntries(entries);
}

/** `Object.entries`, which forgets the type of the keys. */
export function entriesOf<Key extends string, T>(record: Readonly<Record<Key, T>>): Array<[Key, T]> {
  return Object.entries(record) as Array<[Key, T]>;
}
