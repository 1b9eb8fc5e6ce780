import { expect } from 'chai';
import { readXml } from './xml.ts';

/** What a reader is given, one line per call; `path` names the elements around. */
function read(text: string): string[] {
  const seen: string[] = [];
  readXml(new TextEncoder().encode(text), {
    open(element, around) {
      seen.push(`<${[...around, element].map(({ name }) => name).join('/')}> p=${element.attribute('p')}`);
      return false;
    },
    text: (piece) => void (piece.trim() === '' || seen.push(piece)),
    close: ({ name }, around) => void seen.push(`</${name}> in ${around.length}`),
  });
  return seen;
}

describe('readXml', () => {
  it('hands over elements, attributes, text and CDATA as they come', () => {
    const text =
      '<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "a.dtd">\n<!-- <x> --><a p="1 &lt; 2 &#38; &#x26; &#233;">t&gt;<b/><![CDATA[<z>&amp;]]><b p="2">007</b></a>\n';
    expect(read(text)).to.deep.equal([
      '<a> p=1 < 2 & & é',
      't>',
      '<a/b> p=undefined',
      '</b> in 1',
      '<z>&amp;',
      '<a/b> p=2',
      '007',
      '</b> in 1',
      '</a> in 0',
    ]);
    readXml(new TextEncoder().encode('<a/>'), {
      open(element) {
        expect(element.attribute('toString')).to.equal(undefined);
        return false;
      },
    });
  });

  it('decodes an entity once, leaves unknown ones, and takes control characters that tools write by number', () => {
    expect(read('<a>&amp;lt;&unknown;&#27;&#x1B;&#1114112;</a>').slice(1, -1).join('')).to.equal(
      '&lt;&unknown;\u001b\u001b&#1114112;',
    );
  });

  it('gives long texts in pieces, and stops when the reader has seen enough', () => {
    const pieces = read(`<a>${'é'.repeat(1_000_000)}</a>`).slice(1, -1);
    expect(pieces.join('')).to.equal('é'.repeat(1_000_000));
    expect(pieces.length).to.be.greaterThan(1);
    const names: string[] = [];
    readXml(new TextEncoder().encode('<a><b></c>'), {
      open({ name }) {
        names.push(name);
        return name === 'b';
      },
    });
    expect(names).to.deep.equal(['a', 'b']);
  });

  const bad: ReadonlyArray<[name: string, text: string, words: RegExp]> = [
    ['nothing', '', /not well-formed/],
    ['text', 'hello', /not well-formed/],
    ['JSON', '{"a":1}', /not well-formed/],
    ['a document cut short', '<a><b></b>', /not well-formed XML \(line 1\)/],
    ['a tag cut short', '<a><b attr="', /not well-formed/],
    ['crossed tags', '<a><b></a></b>', /not well-formed/],
    ['two documents', '<a/><b/>', /not one XML document/],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', /defines entities/],
    [
      'an entity bomb',
      `<?xml version="1.0"?><!DOCTYPE l [${Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('')}]><l>&l10;</l>`,
      /defines entities/,
    ],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /defines entities/],
    ['endless nesting', '<a>'.repeat(5000) + '</a>'.repeat(5000), /more than 250 levels/],
    ['a huge attribute', `<a b="${'x'.repeat(1_000_000)}"/>`, /name or attribute of more than/],
    ['a huge name', `<a><${'x'.repeat(1_000_000)}/></a>`, /name or attribute of more than/],
    ['very many attributes', `<a ${Array.from({ length: 101 }, (_, at) => `b${at}=""`).join(' ')}/>`, /100 attributes/],
    ['an attribute of a name that objects have', '<a hasOwnProperty="" x=""/>', /./],
  ];
  for (const [name, text, words] of bad) {
    it(`refuses ${name}`, () => {
      expect(() => read(text)).to.throw(Error, words);
    });
  }

  it('takes what looks like a definition inside of text', () => {
    expect(read('<a><![CDATA[<!DOCTYPE a [<!ENTITY x "y">]>]]></a>')[1]).to.contain('<!ENTITY');
  });

  it('takes the first of doubled attributes, and names that objects have', () => {
    expect(read('<a p="1" p="2"><__proto__ p="3"/></a>').slice(0, 2)).to.deep.equal(['<a> p=1', '<a/__proto__> p=3']);
  });
});
