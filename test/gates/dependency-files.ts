const HOST = 'https://registry.corp-of-somebody.net';

/** An entry of a package-lock.json as npm writes it. */
export function npmPackage(name: string, version: string) {
  return {
    version,
    resolved: `${HOST}/${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`,
    integrity: `sha512-${Buffer.from(`${name}@${version}`).toString('base64')}`,
  };
}

/** A package-lock.json of version 3. */
export function npmLock(packages: Readonly<Record<string, object>>, root: object = {}): string {
  const entries = Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry] as const);
  return JSON.stringify({ lockfileVersion: 3, packages: { '': root, ...Object.fromEntries(entries) } }, null, 2);
}

/** A package of a uv.lock. */
export function uvPackage(
  name: string,
  {
    version,
    host = 'files.corp-of-somebody.net',
    file = name,
    hash = `${name}${version}`,
  }: {
    version: string;
    host?: string;
    file?: string;
    hash?: string;
  },
): string {
  return `[[package]]
name = "${name}"
version = "${version}"
source = { registry = "https://index.corp-of-somebody.net/simple" }
wheels = [
    { url = "https://${host}/packages/aa/${file}-${version}-py3-none-any.whl", hash = "sha256:${hash}", size = 1 },
]
`;
}
