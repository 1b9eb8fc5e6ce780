/** Names that nothing but tools gives to a folder. */
const ALWAYS = new Set([
  ...['node_modules', 'bower_components', '.nyc_output', '.next', '.nuxt', '.svelte-kit', '.turbo', '.parcel-cache'],
  ...['__pycache__', '.venv', 'venv', '.tox', '.nox', '.eggs', 'htmlcov', '.hypothesis'],
  ...['.pytest_cache', '.mypy_cache', '.ruff_cache', '.gradle', '.terraform', '.dart_tool'],
]);

/** Names that may be a person's, unless one of these files lies beside the folder. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  build: ['build.gradle', 'build.gradle.kts', 'setup.py', 'pyproject.toml'],
  coverage: ['package.json'],
  dist: ['package.json', 'setup.py', 'pyproject.toml'],
  target: ['Cargo.toml', 'pom.xml', 'build.sbt'],
  vendor: ['composer.json', 'Gemfile'],
  Pods: ['Podfile'],
  _build: ['mix.exs'],
  deps: ['mix.exs'],
};

/** Returns whether a folder that git does not track is one that package managers, compilers or test tools make; `beside` are the
 *  names in the same folder. */
export function isGeneratedFolder(name: string, beside: ReadonlySet<string>): boolean {
  if (ALWAYS.has(name) || name.endsWith('.egg-info')) return true;
  return Object.hasOwn(BESIDE, name) && BESIDE[name]?.some((file) => beside.has(file)) === true;
}
