import { type Base, edit, type IntegrityRow } from './edit.ts';

export const GO: Base = {
  language: 'Go',
  path: 'sum/sum_test.go',
  others: {
    'go.mod': 'module example.com/sum\n',
    'sum/sum.go': 'package sum\n\nfunc Add(a, b int) int { return a + b }\n',
    'sum/other_test.go': 'package sum\n',
  },
  text: `package sum

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAdd(t *testing.T) {
	if got := Add(1, 2); got != 3 {
		t.Errorf("got %d", got)
	}
	if got := Add(-1, 1); got != 0 {
		t.Errorf("got %d", got)
	}
}

func TestMore(t *testing.T) {
	require.Equal(t, 4, Add(2, 2))
}

func TestTable(t *testing.T) {
	tests := []struct{ a, b, total int }{
		{1, 1, 2},
		{2, 3, 5},
		{5, 5, 10},
	}
	for _, tt := range tests {
		t.Run("", func(t *testing.T) {
			if got := Add(tt.a, tt.b); got != tt.total {
				t.Fatalf("got %d", got)
			}
		})
	}
}
`,
};

const BODY = `	if got := Add(1, 2); got != 3 {
		t.Errorf("got %d", got)
	}
	if got := Add(-1, 1); got != 0 {
		t.Errorf("got %d", got)
	}
`;
const ADD = `func TestAdd(t *testing.T) {\n${BODY}}\n`;

export const GO_CHEATS: readonly IntegrityRow[] = [
  edit(GO, { name: 't.Skip at the top', expect: ['skipped'], by: [[BODY, `	t.Skip("flaky")\n${BODY}`]] }),
  edit(GO, {
    name: 't.SkipNow in if true',
    expect: ['skipped'],
    by: [[BODY, `	if true {\n		t.SkipNow()\n	}\n${BODY}`]],
  }),
  edit(GO, {
    name: 't.Skip in a subtest',
    expect: ['skipped'],
    by: [['			if got := Add(tt.a', '			t.Skip()\n			if got := Add(tt.a']],
  }),
  edit(GO, {
    name: '//go:build ignore',
    expect: ['skipped'],
    by: [['package sum', '//go:build ignore\n\npackage sum']],
  }),
  edit(GO, {
    name: 'a tag of its own',
    expect: ['skipped'],
    by: [['package sum', '//go:build slow && linux\n\npackage sum']],
  }),
  edit(GO, { name: '// +build never', expect: ['skipped'], by: [['package sum', '// +build never\n\npackage sum']] }),
  edit(GO, {
    name: 'TestMain that runs nothing',
    expect: ['skipped', 'exits'],
    by: [['func TestAdd', 'func TestMain(m *testing.M) {\n	os.Exit(0)\n}\n\nfunc TestAdd']],
  }),
  edit(GO, { name: 'another t', expect: ['skipped'], by: [[BODY, `	t = &testing.T{}\n${BODY}`]] }),
  edit(GO, { name: 'testAdd', expect: ['tests-removed'], by: [['func TestAdd', 'func testAdd']] }),
  edit(GO, { name: 'Testadd', expect: ['tests-removed'], by: [['func TestAdd', 'func Testadd']] }),
  edit(GO, { name: 'a deleted test', expect: ['tests-removed'], by: [[ADD, '']] }),
  edit(GO, {
    name: 'a file without _test',
    expect: ['tests-removed'],
    by: { after: { 'sum/sum_test.go': null, 'sum/sum_checks.go': GO.text } },
  }),
  edit(GO, {
    name: 'a file that go leaves out',
    expect: ['tests-removed'],
    by: { after: { 'sum/sum_test.go': null, 'sum/_sum_test.go': GO.text } },
  }),
  edit(GO, { name: 'an empty body', expect: ['emptied'], by: [[BODY, '']] }),
  edit(GO, { name: 'return in the first line', expect: ['emptied'], by: [[BODY, `	return\n${BODY}`]] }),
  edit(GO, {
    name: 't.Logf in place of t.Errorf',
    expect: ['emptied'],
    by: [[BODY, BODY.replaceAll('t.Errorf', 't.Logf')]],
  }),
  edit(GO, { name: 'if false', expect: ['emptied'], by: [[BODY, `	if false {\n${BODY}	}\n`]] }),
  edit(GO, {
    name: 'a function that nobody calls',
    expect: ['emptied'],
    by: [[BODY, `	check := func() {\n${BODY}	}\n`]],
  }),
  edit(GO, {
    name: 'the result thrown away',
    expect: ['emptied'],
    by: [['require.Equal(t, 4, Add(2, 2))', '_ = Add(2, 2)']],
  }),
  edit(GO, {
    name: 'NotNil in place of Equal',
    expect: ['assertions-removed'],
    by: [['require.Equal(t, 4, Add(2, 2))', 'require.NotNil(t, Add(2, 2))']],
  }),
  edit(GO, {
    name: 'one claim less',
    expect: ['assertions-removed'],
    by: [['	if got := Add(-1, 1); got != 0 {\n		t.Errorf("got %d", got)\n	}\n', '']],
  }),
  edit(GO, { name: 'fewer rows', expect: ['assertions-removed'], by: [['		{2, 3, 5},\n', '']] }),
  edit(GO, { name: 'os.Exit', expect: ['exits'], by: [[BODY, `${BODY}	os.Exit(0)\n`]] }),
];
