import { shellWords } from '../shell-words.ts';
import { BY_NPX, insteadOf, throughNpx, withVariable } from './advice.ts';
import type { Advice, FailedCommand, Sign, SuggestedSettings } from './sign.ts';

const OF_MACHINE = { isOfMachine: true, actsNext: 'operator' } as const;
const OF_REPOSITORY = { isOfMachine: false, actsNext: 'repository-owner' } as const;

/** Disk, memory, rights and programs of the machine. */
export const MACHINE_SIGNS: readonly Sign[] = [
  {
    id: 'disk-full',
    pattern: /\bENOSPC\b|No space left on device|\bEDQUOT\b|Disk quota exceeded|There is not enough space on the disk/i,
    ...OF_MACHINE,
    advise: () => ({
      says: 'Its output says that a disk is full.',
      remedy:
        'Free space on the disk of the builds ("df -h" there shows how much there is), or give them a larger one.',
    }),
  },
  {
    id: 'node-memory',
    pattern: /JavaScript heap out of memory/,
    ...OF_REPOSITORY,
    isOfMachine: true,
    advise: (_, failed) => ({
      says: 'Its output says that the heap of Node.js was full.',
      remedy: 'Run fewer workers at a time, or give Node.js a larger heap where the machine has the memory',
      withSettings: ', as below',
      settings: withVariable(failed, 'NODE_OPTIONS=--max-old-space-size=4096'),
    }),
  },
  {
    id: 'jvm-memory',
    pattern: /java\.lang\.OutOfMemoryError|GC overhead limit exceeded|Java heap space/,
    ...OF_REPOSITORY,
    isOfMachine: true,
    advise: (_, failed) => ({
      says: 'Its output says that the heap of a JVM was full.',
      remedy: HEAP_OF_JVM,
      withSettings: ' Where it names none: as below.',
      settings: withLargerHeap(failed),
    }),
  },
  {
    id: 'memory',
    pattern:
      /\bENOMEM\b|Cannot allocate memory|fatal error: runtime: out of memory|^MemoryError\b|signal: killed$|std::bad_alloc/m,
    ...OF_MACHINE,
    advise: () => ({ says: 'Its output says that there was no memory left.', remedy: MORE_MEMORY }),
  },
  {
    id: 'browser-missing',
    pattern:
      /Executable doesn't exist at |npx playwright install|Could not find (?:Chrome|Chromium|Firefox)\b|No binary for (?:Chrome|ChromeHeadless|Firefox)/,
    ...OF_MACHINE,
    advise: () => ({
      says: 'Its output says that a browser is missing.',
      remedy:
        'Install the browser in the image of the builds, or name a test command that needs none in a .kiro-worker.yml.',
    }),
  },
  {
    id: 'docker-missing',
    pattern: /Cannot connect to the Docker daemon|Could not find a valid Docker environment/,
    ...OF_REPOSITORY,
    isOfMachine: true,
    advise: () => ({
      says: 'Its output says that the tests want Docker, which commands of a repository do not get.',
      remedy: 'Name a test command that leaves these tests out.',
    }),
  },
  {
    id: 'script-not-executable',
    pattern:
      /(?:^|[\s'"])(\.?\/?\w[\w./-]{0,199}(?:mvnw|gradlew|\.sh)|\.?\/?(?:mvnw|gradlew))['"]?: Permission denied|spawn (\.?\/?\w[\w./-]{0,199}) EACCES|Cannot start (\.?\/?\w[\w./-]{0,199}): Permission denied/,
    ...OF_REPOSITORY,
    advise: ([, ...groups], failed) => {
      const script = groups.find((group) => group !== undefined) ?? failed.command[0];
      return {
        says: `Its output says that ${script} may not be started.`,
        remedy: `Give the file its executable bit ("git update-index --chmod=+x ${script.replace(/^\.\//, '')}") and push`,
        withSettings: ', or start it by its interpreter as below',
        settings: failed.command[0].includes('/') ? insteadOf(failed, ['sh', ...failed.command]) : null,
      };
    },
  },
  {
    id: 'no-access',
    pattern:
      /\bEACCES\b.{0,120}|\bEPERM\b: operation not permitted.{0,100}|PermissionError: \[Errno 13\].{0,100}|.{0,100}\bPermission denied\b.{0,40}|AccessDeniedException: \S{1,100}/,
    ...OF_REPOSITORY,
    advise: ([said]) => ({
      says: `Its output says that something may not be read or written (${said.trim()}).`,
      remedy:
        'The commands run as a user without rights: let them write only below the checkout, HOME and TMPDIR, install nothing for the whole machine (no "-g", no sudo), and open no port below 1024.',
    }),
  },
  {
    id: 'build-tool-missing',
    pattern:
      /gyp ERR! find Python|command '(\S{1,100}?)' failed(?:: No such file| with exit code)|error: \[Errno 2\] No such file or directory: '([\w.+-]{1,100})'|fatal error: (\S{1,100}\.h): No such file|unable to execute '(\S{1,100}?)'|(pg_config|mysql_config) executable not found|Failed to find (\S+?) command|cgo: C compiler "(\S+?)" not found/,
    of: ['install', 'test', 'coverage'],
    ...OF_MACHINE,
    advise: ([, ...groups]) => {
      const tool = groups.find((group) => group !== undefined);
      return {
        says: `Its output says that a package is compiled here, and that ${tool ?? 'a tool for it'} is missing.`,
        remedy:
          'Install compilers and headers in the image of the builds, or use a version of the package that comes compiled.',
      };
    },
  },
  {
    id: 'program-missing',
    pattern:
      /^(?:sh|bash|\/bin\/sh|\S{1,100}\.sh)?:? ?(?:\d+|line \d+)?:? ?([\w@./+-]{1,100}): (?:command )?not found$|^(?:\/usr\/bin\/)?env: [‘'"]?([\w@./+-]{1,100}?)[’'"]?: No such file or directory|Cannot start ([\w@./+-]{1,100}): No such file or directory|exec: "([\w@./+-]{1,100})": executable file not found|\bspawn ([\w@./+-]{1,100}) ENOENT\b|^make: ([\w@./+-]{1,100}): No such file or directory|^error Command "([\w@./+-]{1,100})" not found|^Command not found: ([\w@./+-]{1,100})|Failed to spawn: `([\w@./+-]{1,100})`/m,
    ...OF_MACHINE,
    advise: ([, ...groups], failed) => adviseProgram(groups.find((group) => group !== undefined) ?? '', failed),
  },
];

const HEAP_OF_JVM =
  'Run fewer forks at a time, or give the JVMs a larger heap where the machine has the memory: the build names it for its tests (argLine of Maven Surefire, maxHeapSize of Gradle).';

/** The options that are there already name the home, and the way to the network. */
function withLargerHeap(failed: FailedCommand): SuggestedSettings {
  const { command } = failed;
  if (/(?:^|\/)gradlew?$/.test(command.at(command[0] === 'sh' ? 1 : 0) ?? ''))
    return insteadOf(failed, [...command, '-Dorg.gradle.jvmargs=-Xmx2g']);
  return insteadOf(failed, ['sh', '-c', `JAVA_TOOL_OPTIONS="$JAVA_TOOL_OPTIONS -Xmx2g" exec ${shellWords(command)}`]);
}

export const MORE_MEMORY =
  'Give the builds a machine with more memory (the compute type of the build project), or let the command use less: fewer workers, smaller heaps.';

/** Programs that machines bring: of any other, the repository's own packages are the likelier source. */
const OF_PYTHON: ReadonlySet<string> = new Set(['uv', 'poetry', 'pdm', 'pipenv', 'tox', 'nox', 'hatch']);
const OF_SYSTEM: ReadonlySet<string> = new Set(
  'node npm npx bun deno python python3 pip pip3 go java javac mvn gradle ant make cmake gcc g++ cc git docker cargo rustc ruby bundle php composer dotnet'.split(
    ' ',
  ),
);

function adviseProgram(program: string, failed: FailedCommand): Advice {
  const says = `Its output says that there is no program ${program}.`;
  if (BY_NPX.has(program))
    return {
      says,
      remedy: `Install ${program} for all users of the machine or in the image of the builds`,
      withSettings: ', or let npx fetch it as below',
      settings: throughNpx(failed, { name: program }),
    };
  if (OF_PYTHON.has(program) || OF_SYSTEM.has(program) || failed.endedBy === 'spawn-failure')
    return {
      says,
      remedy: `Install ${program} for all users of the machine or in the image of the builds, in a folder that everybody may enter such as /opt or /usr/local; or name commands that do without.`,
    };
  const remedy = `Let the install command bring ${program}: name it among the dependencies for development.`;
  return { says, remedy, actsNext: 'repository-owner' };
}
