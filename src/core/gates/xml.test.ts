import { expect } from 'chai';
import { parseXml } from './xml.ts';

describe('parseXml', () => {
  it('reads elements, attributes, text and CDATA', () => {
    const root = parseXml(
      '\ufeff<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "a.dtd">\n<!-- <x> --><a p="1 &lt; 2 &#38; &#x26; &#233;">t&gt;<b/><![CDATA[<z>&amp;]]><b q="2"><c>007</c></b></a>\n',
    );
    expect(root.name).to.equal('a');
    expect(root.attribute('p')).to.equal('1 < 2 & & é');
    expect(root.attribute('toString')).to.equal(undefined);
    expect(root.text()).to.equal('t><z>&amp;');
    expect(root.children().map(({ name }) => name)).to.deep.equal(['b', 'b']);
    expect(root.children('c')).to.deep.equal([]);
    expect(root.children('b')[1]?.children('c')[0]?.text()).to.equal('007');
  });

  it('decodes an entity once', () => {
    expect(parseXml('<a>&amp;lt;&unknown;&#0;&#1114112;</a>').text()).to.equal('&lt;&unknown;');
  });

  const bad: ReadonlyArray<[name: string, text: string, words: RegExp]> = [
    ['nothing', '', /not well-formed/],
    ['text', 'hello', /not well-formed/],
    ['JSON', '{"a":1}', /not well-formed/],
    ['a document cut short', '<a><b></b>', /not well-formed XML \(line 1\)/],
    ['a tag cut short', '<a><b attr="', /not well-formed/],
    ['crossed tags', '<a><b></a></b>', /not well-formed/],
    ['a doubled attribute', '<a x="1" x="2"/>', /not well-formed/],
    ['two documents', '<a/><b/>', /not one XML document/],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', /defines entities/],
    [
      'an entity bomb',
      `<?xml version="1.0"?><!DOCTYPE l [${Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('')}]><l>&l10;</l>`,
      /defines entities/,
    ],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /defines entities/],
    ['a reserved name', '<a><__proto__/></a>', /./],
    ['endless nesting', '<a>'.repeat(5000) + '</a>'.repeat(5000), /./],
  ];
  for (const [name, text, words] of bad) {
    it(`refuses ${name}`, () => {
      expect(() => parseXml(text)).to.throw(Error, words);
    });
  }

  it('takes what looks like a definition inside of text', () => {
    expect(parseXml('<a><![CDATA[<!DOCTYPE a [<!ENTITY x "y">]>]]></a>').text()).to.contain('<!ENTITY');
  });
});
