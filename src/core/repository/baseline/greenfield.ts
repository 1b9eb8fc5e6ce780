/** Where tests lie, by the habits of all tool chains. */
const TEST_PATH =
  /(?:^|\/)(?:tests?|specs?|__tests__|testing|e2e|src\/(?:test|testFixtures|integrationTest))\/.*\.\w+$|(?:^|\/)(?:test_[^/]+|[^/]+_test|[^/]+[._-](?:test|spec|tests|specs|cy)|[^/]*(?:Test|Tests|Spec|IT))\.\w+$/;
/** Manifests of tool chains: a repository with one of them can be tested, though not everybody knows how. */
const MANIFEST =
  /(?:^|\/)(?:package\.json|deno\.jsonc?|pyproject\.toml|setup\.(?:py|cfg)|requirements[^/]*\.txt|Pipfile|tox\.ini|noxfile\.py|go\.(?:mod|work)|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|Cargo\.toml|Gemfile|Rakefile|[^/]+\.gemspec|composer\.json|mix\.exs|build\.sbt|project\.clj|deps\.edn|rebar\.config|stack\.yaml|[^/]+\.cabal|CMakeLists\.txt|meson\.build|configure(?:\.ac)?|GNUmakefile|[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|BUILD(?:\.bazel)?|WORKSPACE|MODULE\.bazel|[^/]+\.(?:csproj|fsproj|vbproj|sln|xcodeproj|nimble|rockspec)|Package\.swift|pubspec\.yaml|dune-project|shard\.yml|elm\.json|Project\.toml|DESCRIPTION|cpanfile|Makefile\.PL)$/;
/** Folders of tools, documents and examples: nothing of them is the product or its tests. */
const BESIDE = /^(?:\.[^/]+|docs?|documentation|examples?|samples?|node_modules|vendor|third_party)\//i;

/** Returns whether a path is one of tests, by the habits of all tool chains. */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path);
}

/** Returns whether a commit with these paths has no tests yet. */
export function hasNoTests(paths: readonly string[]): boolean {
  return !paths.some((path) => !BESIDE.test(path) && isTestPath(path));
}

/** Returns whether a commit with these paths has neither tests nor a manifest of any tool chain. */
export function hasNoManifest(paths: readonly string[]): boolean {
  return hasNoTests(paths) && !paths.some((path) => !BESIDE.test(path) && MANIFEST.test(path));
}

const FOUND_NO_TESTS: readonly RegExp[] = [
  /\bNo tests? (?:files? )?(?:were )?found\b/i,
  /\bNo test files found\b/i,
  /\bcollected 0 items\b|\bno tests ran\b|\bRan 0 tests in\b|\bNO TESTS RAN\b/,
  /\[no test files\]/,
  /\bNo tests to run\b|\bThere are no tests to run\b|:test NO-SOURCE\b/,
  /^(?:\u2139|#) tests 0$/m,
  /\bCould not find '.*test/i,
  /Missing script: "test"|no test specified/i,
];

/** Returns whether the output of a test command says that it found no test. */
export function saysNoTests(output: string): boolean {
  return FOUND_NO_TESTS.some((sign) => sign.test(output));
}

const FOUND_NO_PROJECT: readonly RegExp[] = [
  /\bENOENT\b.{0,300}\bpackage\.json\b|\bpackage\.json\b.{0,300}\bENOENT\b|\benoent\b.{0,100}\bpackage\.json\b/,
  /`npm ci` command can only install with an existing package-lock|ERR_PNPM_NO_PKG_MANIFEST|No package\.json (?:was )?found/,
  /Couldn't find a package\.json file|The nearest package directory .{0,300}doesn't seem to be part of the project/,
  /Could not open requirements file|does not appear to be a Python project|Neither 'setup\.py' nor 'pyproject\.toml' found/i,
  /[Cc]ould not find a pyproject\.toml|No `pyproject\.toml` found|No pyproject\.toml found/,
  /\bgo\.mod file not found|no modules specified|does not contain main module/,
  /there is no POM in this directory|does not contain a Gradle build/,
  /No rule to make target|No targets specified and no makefile found/,
  /could not find `Cargo\.toml`|Could not locate Gemfile|[Cc]omposer could not find a composer\.json|\bMSB1003\b/,
  // A script that the rules name and nobody has written yet.
  /\b(?:can't open file|cannot open|Can't open) .{1,300}|: .{1,300}: No such file or directory$|^Error: Cannot find module '\/[^'\n]{1,300}'$/m,
];

/** Returns whether the output of a command says that what it works on is not there: no manifest, no script. */
export function saysNoProject(output: string): boolean {
  return FOUND_NO_PROJECT.some((sign) => sign.test(output));
}
