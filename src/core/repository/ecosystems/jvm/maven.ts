import type { Argv } from '../../argv.ts';
import type { Folder } from '../../file-tree.ts';
import type { ToolNeed } from '../../tool-need.ts';
import type { Ecosystem } from '../ecosystem.ts';
import { findVersionFileNeeds, needOf } from '../version-files.ts';
import { isJvmTest } from './jvm-tests.ts';

const OPTIONS = ['--batch-mode', '--no-transfer-progress'];
const JACOCO = 'org.jacoco:jacoco-maven-plugin:0.8.14';
const REPORTS = {
  tests: ['**/target/surefire-reports/TEST-*.xml', '**/target/failsafe-reports/TEST-*.xml'],
  coverage: ['**/target/site/jacoco*/jacoco*.xml'],
};

/** Returns Maven (by its wrapper where there is one) for a folder with a pom.xml, null for any other folder. */
export function findMaven(folder: Folder): Ecosystem | null {
  if (!folder.has('pom.xml')) return null;
  const pom = withoutProfiles(folder.text('pom.xml'));
  const isWrapped = folder.has('mvnw') && folder.has('.mvn/wrapper/maven-wrapper.properties');
  // By the shell: the executable bit is often lost.
  const maven: Argv = isWrapped ? ['sh', 'mvnw'] : ['mvn'];
  const isTested = folder.paths.some(isJvmTest);
  return {
    id: 'maven',
    name: 'maven (pom.xml)',
    detectedBy: ['pom.xml', ...(isWrapped ? ['mvnw'] : [])],
    install: [],
    test: [...maven, ...OPTIONS, 'verify'],
    coverage: chooseCoverage(folder, { pom, maven }),
    reports: REPORTS,
    needs: findNeeds(folder, { pom, isWrapped }),
    namesCoverage: false,
    isTested,
    problem: problemOf(pom, isTested),
  };
}

function problemOf(pom: string, isTested: boolean): Ecosystem['problem'] {
  if (!/<project[\s>]/.test(pom))
    return { of: 'install', text: 'pom.xml has no element <project>', ...(pom !== '' && { broken: 'pom.xml' }) };
  if (isTested) return null;
  const text = 'pom.xml shows no command for tests: no file lies below src/test';
  return { of: 'test', text, isUntested: true };
}

/** JaCoCo's report is XML too, unless it is told otherwise. Null: `verify` writes it. */
function chooseCoverage(folder: Folder, { pom, maven }: { pom: string; maven: Argv }): Argv | null {
  const modules = folder.paths
    .filter((path) => path.endsWith('/pom.xml'))
    .map((path) => withoutProfiles(folder.text(path)));
  const text = [pom, ...modules].join('\n');
  if (!text.includes('jacoco-maven-plugin'))
    return [...maven, ...OPTIONS, `${JACOCO}:prepare-agent`, 'verify', `${JACOCO}:report`];
  return /<goal>\s*report(?:-aggregate)?\s*<\/goal>/.test(text)
    ? null
    : [...maven, ...OPTIONS, 'verify', 'jacoco:report'];
}

/** Profiles are off unless somebody asks for them; comments say nothing. */
function withoutProfiles(pom: string): string {
  return without(without(pom, { from: '<!--', to: '-->' }), { from: '<profiles>', to: '</profiles>' });
}

/** In one pass, whatever the text is. */
function without(text: string, { from, to }: { from: string; to: string }): string {
  const kept: string[] = [];
  let at = 0;
  for (let start = text.indexOf(from); start >= 0; start = text.indexOf(from, at)) {
    const end = text.indexOf(to, start + from.length);
    if (end < 0) break;
    kept.push(text.slice(at, start));
    at = end + to.length;
  }
  return kept.join('') + text.slice(at);
}

const LEVELS = [
  'maven.compiler.release',
  'java.version',
  'maven.compiler.target',
  'maven.compiler.source',
  'release',
  'target',
];

function findNeeds(folder: Folder, { pom, isWrapped }: { pom: string; isWrapped: boolean }): ToolNeed[] {
  const by = 'pom.xml';
  const level = LEVELS.map((name) => elementText(pom, name)).find((value) => /^[\d.]+$/.test(value));
  const own = [...findVersionFileNeeds(folder, ['jdk']), ...needOf({ tool: 'jdk', by, wanted: level })];
  const least =
    /<requireMavenVersion>\s*<version>([^<]+)</.exec(pom)?.[1] ?? /<prerequisites>\s*<maven>([^<]+)</.exec(pom)?.[1];
  const wanted = least === undefined || /\$\{/.test(least) ? null : least.trim();
  return [
    ...(own.length > 0 ? own : [{ tool: 'jdk' as const, wanted: null, by }]),
    ...(isWrapped ? [] : [{ tool: 'maven' as const, wanted, by }]),
  ];
}

/** The text of an element, once through the property that it names. */
function elementText(pom: string, element: string): string {
  const read = (name: string) =>
    new RegExp(`<${name.replaceAll('.', '\\.')}>\\s{0,50}([^<]{1,100}?)\\s{0,50}</`).exec(pom)?.[1] ?? '';
  const [, property] = /^\$\{([\w.-]+)\}$/.exec(read(element)) ?? [];
  return property === undefined ? read(element) : read(property);
}
