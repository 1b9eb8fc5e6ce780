/** Folders and files that package managers make. */
const PACKAGES =
  /(?:^|\/)(?:(?:node_modules|bower_components|jspm_packages|\.yarn|\.pnpm-store|\.venv|\.tox|\.nox|\.eggs|site-packages|dist-packages|\.gradle|\.m2|\.cargo)\/|\.pnp\.[^/]*$)/;

/** Folders of these names are made by a package manager where the file lies in them; else a person may have made them. */
const MADE_WHERE: Readonly<Record<string, readonly string[]>> = {
  venv: ['pyvenv.cfg'],
  env: ['pyvenv.cfg'],
  vendor: ['modules.txt', 'autoload.php'],
};

/** Returns whether a path of the repository is one of a package that was installed, or of what loads those; `isFile` tells whether a
 *  regular file lies at a path. */
export function isOfPackages(path: string, isFile: (path: string) => boolean): boolean {
  if (PACKAGES.test(path)) return true;
  const parts = path.split('/');
  return parts.some((part, at) => {
    const files = at < parts.length - 1 && Object.hasOwn(MADE_WHERE, part) ? MADE_WHERE[part] : undefined;
    return files?.some((file) => isFile([...parts.slice(0, at + 1), file].join('/'))) === true;
  });
}

/** Returns where the repository may have a file of which a path names an installed copy: Python packages are tested so. */
export function ownCopies(path: string): string[] {
  const [, inside] = /\/(?:site|dist)-packages\/((?!.*\/(?:site|dist)-packages\/).+)$/.exec(path) ?? [];
  return inside === undefined ? [] : [`src/${inside}`, inside];
}
