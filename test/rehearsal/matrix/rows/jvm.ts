import { javaEdits } from '../edits.ts';
import type { Row } from '../row.ts';

const LICENCE = `Licensed to the Apache Software Foundation (ASF) under one
or more contributor license agreements.  See the NOTICE file
distributed with this work for additional information
regarding copyright ownership.  The ASF licenses this file
to you under the Apache License, Version 2.0 (the
"License"); you may not use this file except in compliance
with the License.  You may obtain a copy of the License at

  http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing,
software distributed under the License is distributed on an
"AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY
KIND, either express or implied.  See the License for the
specific language governing permissions and limitations
under the License.
`;
/** Every source file of the project has it, which its build looks at. */
const JAVA_LICENCE = `/*\n${LICENCE.trimEnd()
  .split('\n')
  .map((line) => ` * ${line}`.trimEnd())
  .join('\n')}\n */\n\n`;

const COMMONS_CLI = { client: 'maven', name: 'commons-cli:commons-cli', version: '1.5.0' } as const;

/** A source release as it is, and a library in a skeleton of Gradle's. */
export const JVM_ROWS: readonly Row[] = [
  {
    id: 'file-management',
    kind: 'Maven',
    tools: ['mvn'],
    project: {
      upstream: {
        client: 'maven',
        name: 'org.apache.maven.shared:file-management',
        version: '3.1.0',
        file: 'zip:source-release',
        sha256: '34f48b425e82581a192672e1335d937e6c27a76b53f40e07ae4f0f05e0cb2701',
      },
    },
    edits: javaEdits({ package: 'org.apache.maven.shared.model.fileset.util', licence: JAVA_LICENCE }),
    thresholdPct: 30,
    specHead: `<!--\n${LICENCE}-->\n\n`,
  },
  {
    id: 'gradle',
    kind: 'Gradle',
    tools: ['gradle'],
    project: {
      pieces: [
        {
          source: {
            ...COMMONS_CLI,
            file: 'jar:sources',
            sha256: 'ab59e7a5afa247587c30459b5184cb0f664baeb1e317e165323995783044ac79',
          },
          paths: { org: 'src/main/java/org' },
        },
        {
          source: {
            ...COMMONS_CLI,
            file: 'jar:test-sources',
            sha256: '265c18cbdf6a9f97d0ba3cc5e5f00caad03e0eb5d9a66166c5aa439061bd1ed0',
          },
          paths: {
            org: 'src/test/java/org',
            'org/apache/commons/cli/existing-readable.file':
              'src/test/resources/org/apache/commons/cli/existing-readable.file',
          },
        },
      ],
      files: {
        'settings.gradle': "rootProject.name = 'commons-cli'\n",
        'build.gradle': `plugins {
  id 'java'
  id 'jacoco'
}

repositories {
  mavenCentral()
}

dependencies {
  testImplementation 'junit:junit:4.13.2'
}

jacoco {
  toolVersion = '0.8.12'
}

tasks.withType(JavaCompile) {
  options.encoding = 'UTF-8'
}
`,
        '.gitignore': 'build\n.gradle\n',
      },
      lock: null,
    },
    edits: javaEdits({ package: 'org.apache.commons.cli' }),
  },
];
