const CONFIGURATIONS = [
  /^package\.json$|^deno\.jsonc?$|^bunfig\.toml$/,
  /^\.(?:nycrc|c8rc|mocharc|taprc|coveragerc)(?:\.\w+)?$|^nyc\.config\.\w+$/,
  /^(?:vitest|vite|jest|ava|playwright|cypress|web-test-runner|wdio)(?:[.-][\w-]+)*\.config\.\w+$|^jest\.config(?:\.\w+)*$|^vitest\.workspace\.\w+$|^karma\.conf\.\w+$/,
  /^(?:pyproject\.toml|setup\.cfg|tox\.ini|\.?pytest\.ini|noxfile\.py|conftest\.py)$/,
  /^pom\.xml$|^(?:[\w.-]+\.)?gradle(?:\.kts)?$|\.gradle(?:\.kts)?$|^(?:gradle|junit-platform)\.properties$|^maven\.config$/,
  /^\.?codecov\.ya?ml$|^\.testcoverage\.ya?ml$|^(?:GNU)?[Mm]akefile$|^[Tt]askfile\.ya?ml$|^[Jj]ustfile$/,
];

/** Returns whether a file says how tests are found and run, or what coverage they need. */
export function isConfiguration(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  if (/(?:^|\/)(?:node_modules|fixtures?|__fixtures__|testdata|examples?)\//.test(path)) return false;
  return (
    CONFIGURATIONS.some((pattern) => pattern.test(name)) ||
    /^\.github\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$/.test(path)
  );
}
