/** Names that nothing but tools gives to a folder. */
const ALWAYS = new Set([
  ...['node_modules', 'bower_components', '.nyc_output', '.next', '.nuxt', '.svelte-kit', '.turbo', '.parcel-cache'],
  ...['__pycache__', '.venv', 'venv', '.tox', '.nox', '.eggs', 'htmlcov', '.hypothesis'],
  ...['.pnpm-store', '.angular', '.swc', '.ipynb_checkpoints'],
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

/** Data of coverage.py (also of its parallel runs), caches of linters and compilers, what Python compiled, and what crashed tools
 *  wrote. */
const FILES =
  /^(?:\.coverage(?:\.[\w.-]+\.\d+\.\w+)?|\.(?:eslint|stylelint)cache|.+\.tsbuildinfo|.+\.pyc|(?:npm-debug|yarn-error|hs_err_pid\d+)\.log)$/;

/** Returns whether a file that git does not track is one that test tools, compilers or package managers make for themselves. */
export function isGeneratedFile(name: string): boolean {
  return FILES.test(name);
}
