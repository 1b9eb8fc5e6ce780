import { type Base, edit, type IntegrityRow } from './edit.ts';

export const JAVA: Base = {
  language: 'Java',
  path: 'src/test/java/app/SumTest.java',
  others: {
    'src/main/java/app/Sum.java':
      'package app;\n\npublic class Sum {\n    static int add(int a, int b) {\n        return a + b;\n    }\n}\n',
    'pom.xml': '<project></project>\n',
  },
  text: `package app;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.*;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SumTest {
    @Test
    void adds() {
        assertEquals(3, Sum.add(1, 2));
        assertEquals(0, Sum.add(-1, 1));
    }

    @Test
    void addsMore() {
        assertThat(Sum.add(2, 2)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"1,1,2", "2,3,5"})
    void table(int a, int b, int total) {
        assertEquals(total, Sum.add(a, b));
    }
}
`,
};
export const KOTLIN: Base = {
  language: 'Kotlin',
  path: 'src/test/kotlin/app/SumTest.kt',
  others: {
    'src/main/kotlin/app/Sum.kt': 'package app\n\nfun add(a: Int, b: Int) = a + b\n',
    'build.gradle.kts': 'plugins { kotlin("jvm") }\n',
  },
  text: `package app

import kotlin.test.Test
import kotlin.test.assertEquals

class SumTest {
    @Test
    fun \`adds two numbers\`() {
        assertEquals(3, add(1, 2))
        assertEquals(0, add(-1, 1))
    }

    @Test
    fun addsMore() = assertEquals(4, add(2, 2))
}
`,
};
const SPEC: Base = {
  language: 'Kotlin',
  path: 'src/test/kotlin/app/SumSpec.kt',
  text: `package app

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class SumSpec : FunSpec({
    test("adds") {
        add(1, 2) shouldBe 3
    }
    context("more") {
        test("adds more") {
            add(2, 2) shouldBe 4
        }
    }
})
`,
};

const CLAIMS = '        assertEquals(3, Sum.add(1, 2));\n        assertEquals(0, Sum.add(-1, 1));\n';
const KOTLIN_CLAIMS = '        assertEquals(3, add(1, 2))\n        assertEquals(0, add(-1, 1))\n';

export const JVM_CHEATS: readonly IntegrityRow[] = [
  edit(JAVA, {
    name: '@Disabled',
    expect: ['skipped'],
    by: [['    @Test\n    void adds()', '    @Test\n    @Disabled("flaky")\n    void adds()']],
  }),
  edit(JAVA, {
    name: '@Disabled of the class',
    expect: ['skipped'],
    by: [['class SumTest', '@Disabled\nclass SumTest']],
  }),
  edit(JAVA, {
    name: '@Ignore',
    expect: ['skipped'],
    by: [['    @Test\n    void adds()', '    @Test @org.junit.Ignore\n    void adds()']],
  }),
  edit(JAVA, {
    name: '@Test(enabled = false)',
    expect: ['skipped'],
    by: [['    @Test\n    void adds()', '    @Test(enabled = false)\n    void adds()']],
  }),
  edit(JAVA, {
    name: 'assumeTrue(false)',
    expect: ['skipped'],
    by: [[CLAIMS, `        Assumptions.assumeTrue(false);\n${CLAIMS}`]],
  }),
  edit(JAVA, {
    name: 'assumeTrue(false) before each',
    expect: ['skipped'],
    by: [
      [
        'class SumTest {\n',
        'class SumTest {\n    @BeforeEach\n    void ready() {\n        Assumptions.assumeTrue(false);\n    }\n\n',
      ],
    ],
  }),
  edit(JAVA, {
    name: '@EnabledIf("false")',
    expect: ['skipped'],
    by: [['    @Test\n    void adds()', '    @Test\n    @EnabledIf("false")\n    void adds()']],
  }),
  edit(JAVA, { name: 'a private test', expect: ['skipped'], by: [['    void adds()', '    private void adds()']] }),
  edit(JAVA, { name: 'an abstract class', expect: ['skipped'], by: [['class SumTest', 'abstract class SumTest']] }),
  edit(JAVA, {
    name: 'an annotation of its own',
    expect: ['skipped'],
    by: [
      ['class SumTest', '@Disabled\n@interface Slow {\n}\n\nclass SumTest'],
      ['    @Test\n    void adds()', '    @Test\n    @Slow\n    void adds()'],
    ],
  }),
  edit(JAVA, {
    name: 'an expected AssertionError',
    expect: ['skipped'],
    by: [['    @Test\n    void adds()', '    @Test(expected = AssertionError.class)\n    void adds()']],
  }),
  edit(JAVA, { name: 'no @Test', expect: ['tests-removed'], by: [['    @Test\n    void adds()', '    void adds()']] }),
  edit(JAVA, {
    name: 'a deleted test',
    expect: ['tests-removed'],
    by: [[`    @Test\n    void adds() {\n${CLAIMS}    }\n`, '']],
  }),
  edit(JAVA, {
    name: 'a class that Surefire does not find',
    expect: ['tests-removed'],
    by: {
      after: {
        'src/test/java/app/SumTest.java': null,
        'src/test/java/app/SumChecks.java': JAVA.text.replace('class SumTest', 'class SumChecks'),
      },
    },
  }),
  edit(JAVA, { name: 'an empty body', expect: ['emptied'], by: [[CLAIMS, '']] }),
  edit(JAVA, {
    name: 'return in the first line',
    expect: ['emptied'],
    by: [[CLAIMS, `        if (true) return;\n${CLAIMS}`]],
  }),
  edit(JAVA, { name: 'assertTrue(true)', expect: ['emptied'], by: [[CLAIMS, '        assertTrue(true);\n']] }),
  edit(JAVA, {
    name: 'assertThat without a claim',
    expect: ['emptied'],
    by: [['assertThat(Sum.add(2, 2)).isEqualTo(4)', 'assertThat(Sum.add(2, 2))']],
  }),
  edit(JAVA, {
    name: 'catch Throwable',
    expect: ['emptied'],
    by: [[CLAIMS, `        try {\n${CLAIMS}        } catch (Throwable ignored) {\n        }\n`]],
  }),
  edit(JAVA, {
    name: 'isNotNull in place of a value',
    expect: ['assertions-removed'],
    by: [['assertThat(Sum.add(2, 2)).isEqualTo(4)', 'assertThat(Sum.add(2, 2)).isNotNull()']],
  }),
  edit(JAVA, {
    name: 'System.exit',
    expect: ['exits'],
    by: [
      [
        'class SumTest {\n',
        'class SumTest {\n    @AfterAll\n    static void end() {\n        System.exit(0);\n    }\n\n',
      ],
    ],
  }),
  edit(KOTLIN, {
    name: '@Ignore of Kotlin',
    expect: ['skipped'],
    by: [['    @Test\n    fun `adds', '    @Test\n    @Ignore\n    fun `adds']],
  }),
  edit(KOTLIN, { name: '@Ignored', expect: ['skipped'], by: [['class SumTest', '@Ignored\nclass SumTest']] }),
  edit(KOTLIN, {
    name: 'an alias of Ignore',
    expect: ['skipped'],
    by: [
      ['import kotlin.test.Test\n', 'import kotlin.test.Ignore as Slow\nimport kotlin.test.Test\n'],
      ['    @Test\n    fun `adds', '    @Slow\n    @Test\n    fun `adds'],
    ],
  }),
  edit(KOTLIN, {
    name: 'runCatching',
    expect: ['emptied'],
    by: [[KOTLIN_CLAIMS, `        runCatching {\n${KOTLIN_CLAIMS}        }\n`]],
  }),
  edit(KOTLIN, {
    name: 'return in the first line of Kotlin',
    expect: ['emptied'],
    by: [[KOTLIN_CLAIMS, `        return\n${KOTLIN_CLAIMS}`]],
  }),
  edit(SPEC, { name: 'xtest', expect: ['skipped'], by: [['    test("adds")', '    xtest("adds")']] }),
  edit(SPEC, {
    name: 'config(enabled = false)',
    expect: ['skipped'],
    by: [['    test("adds") {', '    test("adds").config(enabled = false) {']],
  }),
  edit(SPEC, { name: 'the title f:', expect: ['focused'], by: [['    test("adds")', '    test("f:adds")']] }),
  edit(SPEC, { name: 'the title !', expect: ['skipped'], by: [['test("adds more")', 'test("!adds more")']] }),
];
