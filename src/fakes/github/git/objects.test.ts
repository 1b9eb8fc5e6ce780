import { expect } from 'chai';
import { type Fixture, startFixture } from '../fixture.ts';
import { createObjectReader, type ObjectReader, parseCommit, parseTree } from './objects.ts';

describe('git objects', () => {
  let fixture: Fixture;
  let reader: ObjectReader;
  before(async () => {
    fixture = await startFixture();
    reader = createObjectReader(fixture.repository.directory);
  });
  after(async () => {
    await reader.close();
    await fixture.close();
  });

  it('come in the order of the questions, whatever their size, and null for what is not there', async () => {
    const large = Buffer.alloc(700_000, 'a\nb ');
    await fixture.github.moveBranch(fixture.repository, {
      branch: 'sizes',
      files: { large, empty: '', 'with space': 'x' },
    });
    const expressions = [
      'sizes:large',
      'sizes:gone',
      'sizes:empty',
      'sizes:with space',
      'no such thing',
      'sizes',
      'sizes:',
    ];
    const objects = await Promise.all(expressions.map((expression) => reader.read(expression)));
    expect(objects.map((object) => object?.type ?? null)).to.deep.equal([
      'blob',
      null,
      'blob',
      'blob',
      null,
      'commit',
      'tree',
    ]);
    expect(objects[0]?.content.equals(large)).to.equal(true);
    expect([objects[2]?.content.length, objects[3]?.content.toString()]).to.deep.equal([0, 'x']);
  });

  it('are read apart into commits and trees', async () => {
    const commit = parseCommit((await reader.read('feature/one'))?.content ?? Buffer.alloc(0));
    expect(commit).to.deep.include({ message: 'Start feature/one\n' });
    expect(commit.author).to.include({ name: 'Robin Example', email: 'robin@example.com' });
    const tree = parseTree((await reader.read(commit.tree))?.content ?? Buffer.alloc(0));
    expect(tree.map(({ name, type, mode }) => [name, type, mode])).to.deep.equal([
      ['.kiro', 'tree', '040000'],
      ['README.md', 'blob', '100644'],
      ['src', 'tree', '040000'],
    ]);
  });

  it('fail loudly when there is no such repository, and when the reader was closed', async () => {
    const broken = createObjectReader(fixture.root);
    const error = await broken.read('main').catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(Error).with.property('message').that.contains('git cat-file ended');
    await broken.close();
    const closed = await broken.read('main').catch((reason: Error) => reason);
    expect(closed).to.be.instanceOf(Error).with.property('message').that.contains('closed');
  });
});
