import { expect } from 'chai';
import { readRequirements } from './task-requirements.ts';

describe('readRequirements', () => {
  const CASES: ReadonlyArray<readonly [line: string, references: string[]]> = [
    ['  - _Requirements: 1.2, 2.6_', ['1.2', '2.6']],
    ['  * _Requirements: 1.2, 2.6_', ['1.2', '2.6']],
    ['  - _Requirement: 3_', ['3']],
    ['  _Requirements: [1.1, 1.2]_', ['1.1', '1.2']],
    ['  - _Requirements: All_', ['All']],
    ['  - _Requirements: 1.1-1.7, 2.1_', ['1.1-1.7', '2.1']],
    ['  - _Requirements: 1.1 and 2.3_', ['1.1', '2.3']],
    ['  - _Requirements: 1.1_ _Depends: 9.9_', ['1.1']],
    ['  - _Requirements: REQ_1, REQ_2_', ['REQ_1', 'REQ_2']],
    ['  - *Requirements: 4.1.*', ['4.1']],
    ['  - **Requirements:** 1.2, 1.3', ['1.2', '1.3']],
    ['  - **Requirements**: 1.2, 1.3', ['1.2', '1.3']],
    ['  - _Requirements_: 1.2', ['1.2']],
    ['  - _Requirement(s): 1.2_', ['1.2']],
    ['  - _Requirements: 1.1 & 1.2_', ['1.1', '1.2']],
    ['  - _Requirements: 1.1 1.2_', ['1.1', '1.2']],
    ['  - _Requirements: Login flow, 1.2 (roles, teams)_', ['Login flow', '1.2']],
    ['  - _Requirements 1.1, 2.1 — Design 3_', ['1.1', '2.1']],
    ['  - Add a login page. _Requirements: 1.1_', ['1.1']],
    ['  - **Property 1: Order is kept** - _Requirements 1.1, 1.5_', ['1.1', '1.5']],
    ['  - **Property 1: Order is kept** **Validates: Requirements 1.1**', ['1.1']],
    ['  - **Validates**: Requirements 5.1', ['5.1']],
    ['  - **Validates:** Requirements 5.1 and 5.2', ['5.1', '5.2']],
    ['  - Validates: _Requirements 5.1, 5.2_', ['5.1', '5.2']],
    ['  - **Validates: Requirements 5.1**', ['5.1']],
    ['  - **Validates: Requirements 5.1, 5.2**', ['5.1', '5.2']],
    ['  **Validates: Requirement 5.1, Requirement 5.2**', ['5.1', '5.2']],
    ['  - _需求: 1.1, 1.2_', ['1.1', '1.2']],
    ['  - _需求：1.1，1.2_', ['1.1', '1.2']],
    ['  - **验证：需求 5.1**', ['5.1']],
    ['  - _要件: 1、2_', ['1', '2']],
    ['  - _Requisitos: 1.1 e 1.2_', ['1.1', '1.2']],
    ['  - _Anforderungen: 1.1 und 1.2_', ['1.1', '1.2']],
    ['  - _Требования: 1.1_', ['1.1']],
    ['  - _דרישות: 1.1_', ['1.1']],
    ['  - Requirements: 1.2, NFR-1', ['1.2', 'NFR-1']],
    ['  - Requirements: ask the customer', []],
    ['  - **Requirements**: ask the customer', []],
    ['  - **Requirements 1.1 must hold**', []],
    ['  - Write `_Requirements: 1.1_` below it', []],
    ['  - text <!-- _Requirements: 1.1_ -->', []],
    ['  - Requirements 1.1 must hold', []],
    ['  - Write down requirements: 1.1', []],
    ['  - _Dependencies: [1.1]_', []],
    ['  - **Property 1: Order is kept**', []],
    ['  - _Requirements:_', []],
    ['', []],
  ];
  for (const [line, references] of CASES) {
    it(`reads ${JSON.stringify(line)}`, () => expect(readRequirements([line])).to.deep.equal(references));
  }

  it('names each reference of several lines once, in order', () => {
    expect(readRequirements(['_Requirements: 2.1, 1.1_', 'text', '**Validates: Requirements 1.1, 3**'])).to.deep.equal([
      ...['2.1', '1.1', '3'],
    ]);
  });
});
