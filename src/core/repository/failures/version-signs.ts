import { insteadOf, startsManager, throughNpx } from './advice.ts';
import type { FailedCommand, Sign, SuggestedSettings } from './sign.ts';

const OF_MACHINE = { isOfMachine: true, actsNext: 'operator' } as const;

/** Versions of language and tools that do not fit. */
export const VERSION_SIGNS: readonly Sign[] = [
  {
    id: 'yarn-version',
    pattern:
      /"packageManager": "(yarn|pnpm)@([\w.+-]{1,100})"\. However the current global version of \w+ is (\d[\w.]{0,30}?)\.?$/,
    ...OF_MACHINE,
    advise: ([, manager = '', version = '', found], failed) => ({
      says: `Its output says that package.json wants ${manager} ${version}, and that ${found} is installed.`,
      remedy: `Install ${manager} ${version} on the machine`,
      withSettings: ', or let npx fetch it as below',
      settings: throughNpx(failed, { name: manager, version: version.replace(/\+.*$/, '') }),
    }),
  },
  {
    id: 'other-package-manager',
    pattern: /This project is configured to use (npm|pnpm|yarn|bun)\b/,
    isOfMachine: false,
    actsNext: 'repository-owner',
    advise: ([, manager]) => ({
      says: `Its output says that package.json names another package manager (${manager}).`,
      remedy: `Let the commands use ${manager}, or correct "packageManager" in package.json.`,
    }),
  },
  {
    id: 'corepack',
    pattern: /Corepack cannot download|Cannot find matching keyid|No compatible signature found in package metadata/,
    ...OF_MACHINE,
    advise: () => ({
      says: 'Its output says that corepack does not know the keys of the registry, or cannot ask it for a version.',
      remedy:
        'Raise corepack on the machine ("npm install --global corepack@latest"), and name the version in "packageManager" of package.json.',
    }),
  },
  {
    id: 'node-version',
    pattern:
      /(?:npm error|npm ERR!) notsup Required:\s*(\{.{1,300}\})|ERR_PNPM_UNSUPPORTED_ENGINE|The engine "node" is incompatible with this module\. Expected version "([^"]{1,100})"/,
    ...OF_MACHINE,
    advise: ([, required, expected], failed) => {
      const wanted = required ?? expected;
      return {
        says: `Its output says that a package wants another Node.js or npm${wanted ? ` (${wanted})` : ''} and that this is enforced (engine-strict).`,
        remedy:
          'Install that version on the machine (docs/repositories.md), or, where the demand is stricter than it need be, widen "engines"',
        withSettings: ' or install without the check as below',
        settings: withoutEngineCheck(failed),
      };
    },
  },
  {
    id: 'python-version',
    pattern:
      /requires a different Python: (\S{1,30}) not in '([^'\n]{1,100})'|No interpreter found for Python (\S{1,100})|[Cc]urrent [Pp]ython version \((\S{1,30})\) is not allowed|currently activated Python version (\S{1,30}) is not supported by the project|No Python interpreter matching the requirement/,
    ...OF_MACHINE,
    advise: ([, found, wanted, missing, allowed]) => ({
      says: `Its output says that a package wants another Python${describe({ wanted: wanted ?? missing, found: found ?? allowed })}.`,
      remedy:
        'Install that version on the machine and name it in .python-version of the repository, or widen "requires-python" where it is stricter than it need be.',
    }),
  },
  {
    id: 'go-version',
    pattern:
      /go\.mod(?:file)? requires go >= ?(\S{1,30}) \(running go (\S{1,30});|requires go >= ?(\S{1,30}) \(running go|download go(\S{1,30}) for \S+: toolchain not available/,
    ...OF_MACHINE,
    advise: ([, wanted, found, other, toolchain]) => ({
      says: `Its output says that the module wants another Go${describe({ wanted: wanted ?? other ?? toolchain, found })}.`,
      remedy:
        'Install that version on the machine, or lower the "go" line of go.mod where it is higher than it need be.',
    }),
  },
  {
    id: 'jdk-version',
    pattern:
      /UnsupportedClassVersionError: .{0,200}?class file version (\d+)\.\d+\)|Unsupported class file major version (\d+)|release version (\d+) not supported|invalid (?:target|source) release: (\d+)|(?:No matching toolchains found|Cannot find a Java installation on your machine).{0,200}?(?:languageVersion=|Compatible with Java )(\d+)|requires (?:at least )?JVM(?: runtime version)? (\d+)|Detected JDK [Vv]ersion:? .{0,160}is not in the allowed range (\S{1,60}?)\.?$/,
    ...OF_MACHINE,
    advise: ([said, compiled, major, ...versions]) => {
      const classes = compiled ?? major;
      const version = classes === undefined ? versions.find((one) => one !== undefined) : String(Number(classes) - 44);
      return {
        says: `Its output says that another JDK is needed${version === undefined ? '' : ` (${version})`}: ${said.slice(0, 200).replace(/\.$/, '')}.`,
        remedy:
          'Install that JDK on the machine, or let the build compile for the one it has. A Gradle older than the JDK fails like this as well: raise the Gradle wrapper then.',
      };
    },
  },
  {
    id: 'jdk-too-new',
    pattern: /(?:Source|Target) option (\d+) is no longer supported\. Use (\d+) or later/,
    isOfMachine: true,
    actsNext: 'repository-owner',
    advise: ([, wanted, oldest = '8'], failed) => ({
      says: `Its output says that the build compiles for Java ${wanted}, which this JDK does not do any more.`,
      remedy: 'Set maven.compiler.source and maven.compiler.target in the pom.xml',
      withSettings: ', or give them to Maven as below',
      settings: isMaven(failed.command[0])
        ? insteadOf(failed, [...failed.command, ...OPTIONS.map((option) => `${option}=${Math.max(8, Number(oldest))}`)])
        : null,
    }),
  },
  {
    id: 'maven-version',
    pattern:
      /Detected Maven Version: (\S{1,30}) is not in the allowed range (\S{1,60}?)\.?$|requires Maven version (\S{1,30})/m,
    ...OF_MACHINE,
    advise: ([, found, wanted, other]) => ({
      says: `Its output says that the build wants another Maven${describe({ wanted: wanted ?? other, found })}.`,
      remedy:
        'Commit the Maven wrapper ("mvn wrapper:wrapper -Dmaven=VERSION"), which fetches it, or install that version on the machine.',
    }),
  },
];

const OPTIONS = ['-Dmaven.compiler.source', '-Dmaven.compiler.target'];

function isMaven(program: string): boolean {
  return /(?:^|\/)mvnw?$/.test(program);
}

function describe({ wanted, found }: { wanted: string | undefined; found: string | undefined }): string {
  const parts = [
    ...(wanted === undefined ? [] : [`wanted: ${wanted}`]),
    ...(found === undefined ? [] : [`found: ${found}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function withoutEngineCheck(failed: FailedCommand): SuggestedSettings | null {
  const { command, name } = failed;
  const [manager] = Object.keys(ENGINE_OPTIONS).filter((each) => startsManager(command, each));
  const option = manager === undefined ? undefined : ENGINE_OPTIONS[manager];
  return option === undefined || name !== 'install' ? null : insteadOf(failed, [...command, option]);
}

const ENGINE_OPTIONS: Readonly<Record<string, string>> = {
  npm: '--no-engine-strict',
  pnpm: '--config.engine-strict=false',
  yarn: '--ignore-engines',
};
