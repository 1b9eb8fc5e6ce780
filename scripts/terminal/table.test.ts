import { expect } from 'chai';
import { formatTable } from './table.ts';
import { wrapWords } from './text-width.ts';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('a table', () => {
  it('is no wider than 100 columns without a terminal, and loses nothing of a long word', () => {
    const word = 'arn:aws:lambda:us-east-1:111111111111:function:'.repeat(4);
    const text = formatTable({
      head: ['Check', 'State', 'What'],
      rows: [['a name of a row', 'unknown', `${word} and more`]],
    });
    expect(widest(text)).to.be.at.most(100);
    expect(text.replaceAll(/\s/g, '')).to.include(word);
    expect(text.split('\n')[1]).to.match(/^a name of a row {2}unknown {2}arn:/);
  });

  it('is as narrow as what is in it', () => {
    expect(formatTable({ head: ['A', 'B'], rows: [['one', 'two']] })).to.equal('A    B\none  two');
  });

  it('counts two columns for each wide character', () => {
    const text = formatTable({ head: ['Card', 'Why'], rows: [['実装'.repeat(60), 'ready']] });
    expect(text).not.to.include('…');
    expect(text.replaceAll(/\s|ready|Card|Why/g, '')).to.equal('実装'.repeat(60));
  });
});

describe('a paragraph', () => {
  it('goes on in a new line, words whole', () => {
    expect(wrapWords('! one two three', { width: 9, indent: '  ' })).to.equal('! one two\n  three');
    expect(wrapWords('npx averylongword', { width: 5 })).to.equal('npx\naverylongword');
  });
});
