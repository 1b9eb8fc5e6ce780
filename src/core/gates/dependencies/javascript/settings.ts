import { fields } from '../../../json-lines.ts';
import { type FileFacts, manifest, type Setting, settingsOf } from '../facts.ts';
import { parseYaml } from '../parse-yaml.ts';
import { pnpmSettings } from './package-json.ts';

const NPMRC =
  /^(?:.*registry|registry|strict-ssl|ca|cafile|proxy|https-proxy|ignore-scripts|script-shell|node-options|replace-registry-host|only-built-dependencies.*|onlyBuiltDependencies.*|enable-pre-post-scripts|unsafe-perm|git|globalconfig|prefix|lockfile|package-lock|audit-level|before|min-release-age|offline|cache|_auth.*|.*:_auth.*)$/i;

/** Returns the lines of an .npmrc that decide about packages; values of credentials are left out. */
export function readNpmrc(content: string): FileFacts {
  const settings = content.split(/\r?\n/).flatMap((line): Setting[] => {
    const [, key = '', value = ''] = /^\s*([^;#=\s][^=\s]{0,200})\s*=\s*(.*)$/.exec(line) ?? [];
    const isSecret = /_auth|password|token/i.test(key);
    return NPMRC.test(key)
      ? [{ rule: 'dependencies/setting', name: key, value: isSecret ? 'credentials' : value.trim() }]
      : [];
  });
  return manifest([], settings);
}

const YARNRC = [
  ...['npmRegistryServer', 'npmRegistries', 'npmScopes', 'enableScripts', 'unsafeHttpWhitelist', 'enableStrictSsl'],
  ...['yarnPath', 'plugins', 'checksumBehavior', 'enableImmutableInstalls', 'packageExtensions', 'npmPublishRegistry'],
  ...['httpProxy', 'httpsProxy', 'enableHardenedMode', 'npmMinimalAgeGate'],
];

/** Returns what a .yarnrc.yml says about packages. Throws when it is not YAML. */
export function readYarnrc(content: string): FileFacts {
  const all = fields(parseYaml(content));
  return manifest(
    [],
    YARNRC.flatMap((name) => settingsOf('dependencies/setting', { prefix: name, table: withoutSecrets(all[name]) })),
  );
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return JSON.parse(JSON.stringify(value, (key, one) => (/auth|password|token/i.test(key) ? 'credentials' : one)));
}

/** Returns what a pnpm-workspace.yaml says about packages. Throws when it is not YAML. */
export function readPnpmWorkspace(content: string): FileFacts {
  return manifest([], pnpmSettings(fields(parseYaml(content))));
}
