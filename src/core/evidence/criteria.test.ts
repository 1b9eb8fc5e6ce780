import { expect } from 'chai';
import { readBugfixFile, readRequirementsFile } from './criteria.ts';

const ids = (text: string) => readRequirementsFile(text, 'requirements.md').map(({ id }) => id);

describe('readRequirementsFile', () => {
  it('numbers the items below the criteria headings by their requirement', () => {
    const text = [
      ...['# Requirements Document', '', '## Introduction', '', '1. not one', '', '## Requirements', ''],
      ...['### Requirement 1: Sign in', '', '**User Story:** As a user …', '', '#### Acceptance Criteria', ''],
      ...['1. WHEN a user signs in THEN a session SHALL begin', '2. IF the password is wrong THEN nothing begins', ''],
      ...[
        '### Requirement 2',
        '',
        '#### Acceptance Criteria',
        '',
        '1. WHEN a user signs out THEN the session SHALL end',
      ],
    ].join('\n');
    expect(readRequirementsFile(text, 'requirements.md')).to.deep.equal([
      { id: '1.1', text: 'WHEN a user signs in THEN a session SHALL begin', file: 'requirements.md', line: 15 },
      { id: '1.2', text: 'IF the password is wrong THEN nothing begins', file: 'requirements.md', line: 16 },
      { id: '2.1', text: 'WHEN a user signs out THEN the session SHALL end', file: 'requirements.md', line: 22 },
    ]);
  });

  const READ: ReadonlyArray<readonly [what: string, lines: readonly string[], expected: readonly string[]]> = [
    ['Chinese', ['### 需求 1：登录', '#### 验收标准', '1. 当用户登录时', '2. 当用户退出时'], ['1.1', '1.2']],
    ['Japanese', ['### 要件 2: ログイン', '#### 受け入れ基準', '1. ユーザーが'], ['2.1']],
    ['German', ['### Anforderung 3 – Anmeldung', '#### Akzeptanzkriterien', '1. WENN'], ['3.1']],
    ['a language that nobody foresaw', ['### Krav 4: Innlogging', '#### Akseptkrav', '1. NÅR'], ['4.1']],
    ['a number alone as heading', ['### 5. Sign in', '#### Acceptance Criteria', '1. WHEN'], ['5.1']],
    ['prefixed numbers', ['### REQ-6 Sign in', '#### Acceptance Criteria', '1. WHEN'], ['6.1']],
    ['bold words in place of headings', ['### Requirement 1', '**Acceptance Criteria:**', '1. WHEN'], ['1.1']],
    ['no criteria heading at all', ['### Requirement 1', 'As a user …', '1. WHEN', '2. IF'], ['1.1', '1.2']],
    [
      'whole numbers',
      ['### Requirement 2', '#### Acceptance Criteria', '2.1 WHEN', '- 2.2 IF', '- **2.3** WHILE'],
      ['2.1', '2.2', '2.3'],
    ],
    [
      'a list of ones',
      ['### Requirement 1', '#### Acceptance Criteria', '1. WHEN', '1. IF', '1. WHILE'],
      ['1.1', '1.2', '1.3'],
    ],
    [
      'blank lines between items',
      ['### Requirement 1', '#### Acceptance Criteria', '1. WHEN', '', '', '2) IF'],
      ['1.1', '1.2'],
    ],
    ['levels of one more', ['#### Requirement 1', '##### Acceptance Criteria', '1. WHEN'], ['1.1']],
  ];
  for (const [what, lines, expected] of READ)
    it(`reads ${what}`, () => expect(ids(lines.join('\n'))).to.deep.equal(expected));

  const IGNORED: ReadonlyArray<readonly [what: string, lines: readonly string[]]> = [
    ['fenced code', ['### Requirement 1', '#### Acceptance Criteria', '```', '1. WHEN', '```']],
    ['comments', ['### Requirement 1', '#### Acceptance Criteria', '<!--', '1. WHEN', '-->']],
    ['notes beside criteria', ['### Requirement 1', '#### Notes', '1. Ask', '#### Acceptance Criteria', '- none yet']],
    ['what follows the requirements', ['### Requirement 1', '## Open questions', '1. Dark mode?']],
    ['numbers of other requirements', ['### Requirement 1', '#### Acceptance Criteria', '2.1 WHEN']],
    ['sub-items', ['### Requirement 1', '#### Acceptance Criteria', '   - x', '     1. WHEN']],
    ['a document without requirements', ['# Title', '1. one', '2. two']],
  ];
  for (const [what, lines] of IGNORED) it(`ignores ${what}`, () => expect(ids(lines.join('\n'))).to.deep.equal([]));

  it('reads CRLF line ends and underlined headings, and takes the first of two with one number', () => {
    const text = 'Requirement 1\r\n---\r\n\r\n### Acceptance Criteria\r\n\r\n1. first\r\n';
    expect(readRequirementsFile(text, 'r.md').map(({ text: words }) => words)).to.deep.equal(['first']);
    const twice =
      '### Requirement 1\r\n#### Acceptance Criteria\r\n1. first\r\n### Requirement 1\r\n#### Acceptance Criteria\r\n1. second\r\n';
    expect(readRequirementsFile(twice, 'r.md').map(({ text: words }) => words)).to.deep.equal(['first']);
  });

  it('takes time in proportion to its text, whatever stands there', () => {
    const hostile = [
      `### Requirement 1\n${'1. '.repeat(50_000)}`,
      `### ${'a '.repeat(100_000)}1`,
      `${'**'.repeat(100_000)}`,
    ];
    for (const text of hostile) expect(ids(text)).to.be.an('array');
  });
});

describe('readBugfixFile', () => {
  it('reads the numbered lines of all sections', () => {
    const text = [
      ...[
        '## Bug Analysis',
        '### Current Behavior (Defect)',
        '',
        '1.1 WHEN it is asked twice THEN it answers once',
        '',
      ],
      ...[
        '### Expected Behavior (Correct)',
        '',
        '- 2.1 WHEN it is asked twice THEN it SHALL answer twice',
        '**2.2** WHEN',
      ],
      ...['```', '9.9 WHEN', '```', '3.10. WHEN', '2024 was a year'],
    ].join('\n');
    expect(readBugfixFile(text, 'bugfix.md').map(({ id }) => id)).to.deep.equal(['1.1', '2.1', '2.2', '3.10']);
  });
});
