import type { Argv } from '../../argv.ts';
import type { Folder } from '../../file-tree.ts';
import { shellWords } from '../../shell-words.ts';
import type { ToolNeed } from '../../tool-need.ts';
import type { Ecosystem } from '../ecosystem.ts';
import { findVersionFileNeeds, needOf } from '../version-files.ts';
import { isJvmTest } from './jvm-tests.ts';

/** Names of build scripts. */
export const GRADLE_FILES: readonly string[] = [
  ...['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts', 'libs.versions.toml'],
];
const OPTIONS = ['--no-daemon', '--console=plain', '--continue'];
const REPORTS = {
  tests: ['**/build/test-results/*/TEST-*.xml'],
  coverage: ['**/build/reports/jacoco/**/*.xml', '**/build/reports/kover/*.xml'],
};

/** Applies JaCoCo wherever Java is compiled, in a version that knows new Java unless the build names one, and asks for its XML,
 *  which no build writes unless it says so. Old versions of Gradle say `enabled`. */
const INIT_SCRIPT =
  'allprojects { one -> one.plugins.withId("java") { one.apply plugin: "jacoco"; one.jacoco.toolVersion = "0.8.14"; ' +
  'one.tasks.withType(JacocoReport) { it.reports.xml.with { x -> x.metaClass.respondsTo(x, "getRequired") ? x.required.set(true) : x.setEnabled(true) } } } }';

/** Returns Gradle (by its wrapper where there is one) for a folder with a build script, null for any other folder. */
export function findGradle(folder: Folder): Ecosystem | null {
  const build = folder.first(GRADLE_FILES);
  if (build === undefined) return null;
  const isWrapped = folder.has('gradlew') && folder.has('gradle/wrapper/gradle-wrapper.jar');
  // By the shell: the executable bit is often lost.
  const gradle: Argv = isWrapped ? ['sh', 'gradlew'] : ['gradle'];
  const scripts = folder.paths.filter((path) => GRADLE_FILES.includes(path.replace(/^.*\//, '')));
  const text = scripts.map((path) => folder.text(path)).join('\n');
  // Kotlin's multiplatform plugin has a task for each target.
  const isMultiplatform = /\bmultiplatform\b/.test(folder.text(build));
  const task = isMultiplatform ? 'check' : 'test';
  const coverage = [...gradle, ...OPTIONS, task, 'koverXmlReport'] as const;
  if (ANDROID.test(text)) return android(folder, { build, gradle, isWrapped, text });
  const isTested = folder.paths.some(isJvmTest);
  return {
    id: 'gradle',
    name: `gradle (${build})`,
    detectedBy: [build, ...(isWrapped ? ['gradlew'] : [])],
    install: [],
    test: [...gradle, ...OPTIONS, task],
    // Nothing but Kover measures several targets.
    coverage: /\bkover\b/.test(text) ? coverage : isMultiplatform ? null : withJacoco(gradle, task),
    reports: REPORTS,
    needs: findNeeds(folder, { text, by: build, isWrapped }),
    namesCoverage: false,
    isTested,
    problem: isTested ? null : untested(build),
  };
}

function untested(build: string): Ecosystem['problem'] {
  const text = `${build} shows no command for tests: no file lies below src/test`;
  return { of: 'test', text, isUntested: true };
}

const ANDROID = /\bcom\.android\.(?:application|library|test|dynamic-feature)\b|\blibs\.plugins\.android\b/;

/** Its SDK is on few machines, and the tasks bear the names of its build variants: proposed, and run once somebody says so. */
function android(
  folder: Folder,
  { build, gradle, isWrapped, text }: { build: string; gradle: Argv; isWrapped: boolean; text: string },
): Ecosystem {
  return {
    ...{ id: 'gradle', name: `gradle (${build})`, detectedBy: [build, ...(isWrapped ? ['gradlew'] : [])], install: [] },
    test: [...gradle, ...OPTIONS, 'testDebugUnitTest'],
    coverage: /\bkover\b/.test(text)
      ? [...gradle, ...OPTIONS, 'koverXmlReportDebug']
      : [...gradle, ...OPTIONS, 'testDebugUnitTest', 'createDebugUnitTestCoverageReport'],
    reports: {
      tests: ['**/build/test-results/*/TEST-*.xml'],
      coverage: ['**/build/reports/coverage/test/debug/report.xml', '**/build/reports/kover/*.xml'],
    },
    needs: findNeeds(folder, { text, by: build, isWrapped }),
    namesCoverage: false,
    isTested: folder.paths.some(isJvmTest),
    problem: {
      of: 'test',
      text: 'it builds for Android, which needs an SDK on the machine and the name of a build variant',
    },
  };
}

function withJacoco(gradle: Argv, task: string): Argv {
  const script = `init="\${TMPDIR:-/tmp}/jacoco.init.gradle" && printf %s ${shellWords([INIT_SCRIPT])} > "$init"`;
  return [
    'sh',
    '-c',
    `${script} && ${shellWords(gradle)} --init-script "$init" ${shellWords([...OPTIONS, task, 'jacocoTestReport'])}`,
  ];
}

const TOOL_CHAIN = /(?:JavaLanguageVersion\.of|jvmToolchain)\s*\(\s*["']?(\d+)/;
const LEVEL =
  /(?:sourceCompatibility|targetCompatibility|options\.release)\b[^\n]{0,40}?(?:VERSION_)?(\d+(?:[._]\d+)?)/;

function findNeeds(
  folder: Folder,
  { text, by, isWrapped }: { text: string; by: string; isWrapped: boolean },
): ToolNeed[] {
  const level = (TOOL_CHAIN.exec(text) ?? LEVEL.exec(text))?.[1]?.replace('_', '.');
  const jdk = [...findVersionFileNeeds(folder, ['jdk']), ...needOf({ tool: 'jdk', by, wanted: level })];
  return [
    ...(jdk.length > 0 ? jdk : [{ tool: 'jdk' as const, wanted: null, by }]),
    ...(isWrapped ? [] : [{ tool: 'gradle' as const, wanted: null, by }]),
  ];
}
