import { expect } from 'chai';
import { detect, itDetects } from '../../../../../test/support/scenes/file-trees.ts';
import type { Argv } from '../../argv.ts';

const POM = '<project><groupId>g</groupId></project>';

describe('detection', () => {
  describe('of the JVM', () => {
    const tested = { 'src/test/java/ATest.java': '' };
    const maven: Argv = ['mvn', '--batch-mode', '--no-transfer-progress'];
    itDetects([
      [
        'Maven without JaCoCo',
        { 'pom.xml': POM, ...tested },
        {
          install: [],
          test: [...maven, 'verify'],
          coverage: [
            ...maven,
            'org.jacoco:jacoco-maven-plugin:0.8.14:prepare-agent',
            'verify',
            'org.jacoco:jacoco-maven-plugin:0.8.14:report',
          ],
        },
      ],
      [
        'Maven that reports by itself',
        { 'pom.xml': '<project>jacoco-maven-plugin<goal>report</goal></project>', ...tested },
        { coverage: null },
      ],
      [
        'JaCoCo in a profile as none',
        { 'pom.xml': '<project><profiles>jacoco-maven-plugin<goal>report</goal></profiles></project>', ...tested },
        {
          needs: [
            { tool: 'jdk', wanted: null, by: 'pom.xml' },
            { tool: 'maven', wanted: null, by: 'pom.xml' },
          ],
        },
      ],
      [
        'the wrapper of Maven, by the shell',
        { 'pom.xml': POM, mvnw: '', '.mvn/wrapper/maven-wrapper.properties': '', ...tested },
        { test: ['sh', 'mvnw', '--batch-mode', '--no-transfer-progress', 'verify'] },
      ],
      [
        'the level of Java through a property',
        {
          'pom.xml': `<project><jdk>17</jdk><java.version>${'$'}{jdk}</java.version><prerequisites><maven>3.9</maven></prerequisites></project>`,
          ...tested,
        },
        {
          needs: [
            { tool: 'jdk', wanted: '17', by: 'pom.xml' },
            { tool: 'maven', wanted: '3.9', by: 'pom.xml' },
          ],
        },
      ],
      [
        'Gradle by its wrapper',
        {
          'build.gradle.kts': 'kotlin { jvmToolchain(21) }',
          gradlew: '',
          'gradle/wrapper/gradle-wrapper.jar': '',
          ...tested,
        },
        {
          test: ['sh', 'gradlew', '--no-daemon', '--console=plain', '--continue', 'test'],
          needs: [{ tool: 'jdk', wanted: '21', by: 'build.gradle.kts' }],
        },
      ],
      [
        'Maven and Gradle side by side by the one with a wrapper',
        { 'pom.xml': POM, 'build.gradle': '', gradlew: '', 'gradle/wrapper/gradle-wrapper.jar': '', ...tested },
        { ecosystem: 'gradle' },
      ],
    ]);

    it('refuses Android, whose variants only the repository knows', () => {
      const plugins = ['id("com.android.application")', 'alias(libs.plugins.android.library)'];
      for (const plugin of plugins) {
        const files = { 'settings.gradle.kts': 'include(":app")', 'app/build.gradle.kts': `plugins { ${plugin} }` };
        expect(() => detect({ ...files, 'app/src/test/java/ATest.kt': '' }), plugin).to.throw(/builds for Android/);
      }
    });

    it('asks no task of JaCoCo of a build for several targets, which has none', () => {
      const plugin = 'plugins { kotlin("multiplatform") }';
      const tests = { 'src/commonTest/kotlin/ATest.kt': '' };
      expect(detect({ 'build.gradle.kts': plugin, ...tests }).coverage).to.equal(null);
      const measured = detect({
        'build.gradle.kts': `${plugin}\nplugins { id("org.jetbrains.kotlinx.kover") }`,
        ...tests,
      });
      expect(measured.coverage?.slice(-2)).to.deep.equal(['check', 'koverXmlReport']);
    });

    it("asks Gradle for JaCoCo's XML", () => {
      const { coverage } = detect({ 'build.gradle': "plugins { id 'java'; id 'jacoco' }", ...tested });
      expect(coverage?.slice(0, 2)).to.deep.equal(['sh', '-c']);
      expect(coverage?.[2]).to.contain('reports.xml').and.contain('test jacocoTestReport');
    });
  });
});
