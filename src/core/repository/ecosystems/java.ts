import type { Argv } from '../argv.ts';
import { type Ecosystem, type FolderFiles, USUAL_PLACES } from './ecosystem.ts';

/** Files whose text is looked at for Gradle. */
export const GRADLE_FILES: readonly string[] = ['build.gradle', 'build.gradle.kts'];

/** Returns Maven (by its wrapper where there is one) for a folder with a pom.xml, null for any other folder. */
export function findMaven({ names }: FolderFiles): Ecosystem | null {
  if (!names.has('pom.xml')) return null;
  const maven = names.has('mvnw') ? './mvnw' : 'mvn';
  const test: Argv = [maven, '--batch-mode', '--no-transfer-progress', 'verify'];
  return {
    ...{ name: 'maven (pom.xml)', id: 'maven', detectedBy: ['pom.xml'], install: [] },
    ...{ test, coverage: null, reports: USUAL_PLACES, problem: null },
  };
}

/** Returns Gradle (by its wrapper where there is one) for a folder with a build script, null for any other folder. */
export function findGradle({ names, texts }: FolderFiles): Ecosystem | null {
  const build = GRADLE_FILES.find((file) => names.has(file));
  if (build === undefined) return null;
  const gradle = names.has('gradlew') ? './gradlew' : 'gradle';
  const options = ['--no-daemon', '--console=plain'];
  return {
    name: `gradle (${build})`,
    id: 'gradle',
    detectedBy: [build],
    install: [],
    test: [gradle, ...options, 'test'],
    coverage: /jacoco/i.test(texts[build] ?? '') ? [gradle, ...options, 'test', 'jacocoTestReport'] : null,
    reports: USUAL_PLACES,
    problem: null,
  };
}
