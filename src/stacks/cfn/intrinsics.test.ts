import { expect } from 'chai';
import fc from 'fast-check';
import { findInMap, getAtt, importValue, rawSub, ref, sub } from './intrinsics.ts';
import { readIntrinsic } from './read-intrinsic.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const reference = (name: string) => `\${${name}}`;

describe('sub', () => {
  it('writes references inline and never a null in place of variables', () => {
    expect(plain(sub`arn:${ref('AWS::Partition')}:s3:::${getAtt('Bucket', 'Arn')}/*`)).to.deep.equal({
      'Fn::Sub': `arn:${reference('AWS::Partition')}:s3:::${reference('Bucket.Arn')}/*`,
    });
  });

  it('gives other functions a variable, the same one for the same function', () => {
    const name = importValue(sub`${ref('StackPrefix')}Core-Name`);
    const setting = findInMap('Settings', [ref('Environment'), 'x']);
    expect(plain(sub`${name}/${setting}/${name}`)).to.deep.equal({
      'Fn::Sub': [
        `${reference('Value1')}/${reference('Value2')}/${reference('Value1')}`,
        { Value1: plain(name), Value2: plain(setting) },
      ],
    });
  });

  it('takes texts that are substitutions themselves, their variables included', () => {
    const inner = sub`${importValue(sub`${ref('P')}A`)}:x`;
    const outer = plain(sub`${importValue(sub`${ref('P')}B`)}-${inner}-${rawSub(reference('Environment'))}`);
    expect(outer).to.deep.equal({
      'Fn::Sub': [
        `${reference('Value1')}-${reference('Value2')}:x-${reference('Environment')}`,
        {
          Value1: { 'Fn::ImportValue': { 'Fn::Sub': `${reference('P')}B` } },
          Value2: { 'Fn::ImportValue': { 'Fn::Sub': `${reference('P')}A` } },
        },
      ],
    });
  });

  it('never lets plain text become a reference', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const written = readIntrinsic(plain(sub`${ref('R')}${text}`));
        if (written?.kind !== 'Sub') throw new Error('sub gave no Fn::Sub');
        const references = [...written.text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name);
        expect(references).to.deep.equal(['R']);
      }),
    );
  });
});
