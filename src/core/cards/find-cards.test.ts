import { expect } from 'chai';
import { makeBoardItem, makeLinkedPullRequest } from '../../../test/support/board-items.ts';
import { findCards } from './find-cards.ts';

describe('the card that people mean', () => {
  const items = [
    makeBoardItem(
      { id: 'PVTI_1', title: 'Add a Login', branchField: ' Feature/Login ' },
      { number: 7, url: 'https://x.test/7' },
    ),
    makeBoardItem(
      { id: 'PVTI_2', title: '#7' },
      { number: 8, pullRequests: [makeLinkedPullRequest({ headRef: 'fix/eight' })] },
    ),
    makeBoardItem(
      { id: 'PVTI_3', title: 'Linked' },
      { number: 9, linkedBranches: [{ name: 'nine', repository: 'octo/app' }] },
    ),
    makeBoardItem({ id: 'PVTI_4', title: 'A draft', content: null }),
    makeBoardItem({ id: 'PVTI_5', title: 'Straße', content: null }),
  ];
  const found = (name: string) => findCards(items, name).map(({ id }) => id);

  it('is found by id, address, number, title and branch, in any case', () => {
    for (const name of [
      'PVTI_1',
      'pvti_1',
      '7',
      'https://x.test/7',
      'add a login',
      'feature/login',
      ' Feature/Login',
    ]) {
      expect(found(name), name).to.deep.equal(['PVTI_1']);
    }
    expect(found('fix/Eight')).to.deep.equal(['PVTI_2']);
    expect(found('#9')).to.deep.equal(['PVTI_3']);
    expect(found('nine')).to.deep.equal(['PVTI_3']);
    expect(found('A DRAFT')).to.deep.equal(['PVTI_4']);
    for (const name of ['STRASSE', 'straße', 'STRASSE\u200b']) expect(found(name), name).to.deep.equal(['PVTI_5']);
  });

  it('is every card that the name fits, and none for a part of a name', () => {
    expect(found('#7')).to.deep.equal(['PVTI_1', 'PVTI_2']);
    expect(found('login')).to.deep.equal([]);
    expect(found('')).to.deep.equal([]);
  });
});
