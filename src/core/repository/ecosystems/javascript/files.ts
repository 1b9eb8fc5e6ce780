/** Configuration of tools that measure. */
export const MEASURING_FILES: readonly string[] = [
  ...['.c8rc', '.c8rc.json', '.nycrc', '.nycrc.json', '.nycrc.yml', '.nycrc.yaml', 'nyc.config.js', '.taprc'],
];

/** Base names of the files whose text is looked at. */
export const JAVASCRIPT_FILES: readonly string[] = [
  ...['package.json', 'pnpm-workspace.yaml', '.yarnrc.yml', ...MEASURING_FILES],
];

/** Returns whether a path is one of a JavaScript or TypeScript test. */
export function isTestFile(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|spec)\/(?:.*\/)?[^/]+\.[cm]?[jt]sx?$|(?:[._-](?:test|spec)|(?:^|\/)(?:tests?|test-[^/]+))\.[cm]?[jt]sx?$/.test(
    path,
  );
}
