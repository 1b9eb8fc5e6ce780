import { expect } from 'chai';
import type { CheckoutResult, CommitResult, RecommitResult, Repository } from '../../src/core/ports/repository.ts';
import { TOKENS } from '../gates/made-tokens.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';

/** One repository with the branches `main` and `feature/a`, checked out by one run, and its server. */
export interface RepositoryHarness {
  readonly repository: Repository;
  /** Writes a file of the workspace, as untrusted programs do. */
  write(file: string, content: string): Promise<void>;
  read(file: string): Promise<string | null>;
  remove(file: string): Promise<void>;
  /** Commits to a branch of the server as a person does; returns its new head. */
  pushAsPerson(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  headOnServer(branch: string): Promise<string | null>;
  deleteOnServer(branch: string): Promise<void>;
  close(): Promise<void>;
}

/** Files of `main`; `feature/a` has `OWN` as well, and a secret that no commit may contain is known. */
export const MAIN = {
  'README.md': 'Hello\n',
  '.husky/pre-commit': 'echo base\n',
  '.kiro-worker.yml': 'install: false\n',
};
export const OWN = {
  '.kiro/specs/feature/a/tasks.md': '- [ ] 1. Do it\n',
  '.kiro/specs/feature/a/design.md': 'Plain.\n',
};
export const SECRET = 'ghp_planted0123456789abcdefghijklmnop';
const BRANCH = 'feature/a';
const SPEC = '.kiro/specs/feature/a';

/** What every Repository promises to the steps of a run; `also` declares what tests of git show in detail anyway. */
export function repositoryContract(
  { name, also = it }: { name: string; also?: (title: string, test: () => Promise<void>) => void },
  open: () => Promise<RepositoryHarness>,
): void {
  describe(`repository: ${name}`, () => {
    let harness: RepositoryHarness;
    let repository: Repository;
    let checkedOut: CheckoutResult;
    beforeEach(async () => {
      harness = await open();
      repository = harness.repository;
      checkedOut = await repository.checkout({ branch: BRANCH, base: 'main', rulesBranch: 'main' });
    });
    afterEach(() => harness.close());

    const commitAll = async (contents: Readonly<Record<string, string>> = {}, exclude: readonly string[] = []) => {
      const work = await repository.stage();
      return work.commit({
        message: 'Do it\n',
        trailers: [['Kiro-Worker-Task', '1']],
        exclude,
        contents: new Map(Object.entries(contents).map(([file, text]) => [file, new TextEncoder().encode(text)])),
      });
    };
    const headOf = (result: CommitResult | RecommitResult) => (result.kind === 'committed' ? result.head : null);
    const textAt = async (commit: string, file: string) => {
      const bytes = await repository.read(commit, file);
      return bytes === null ? null : new TextDecoder().decode(bytes);
    };

    it('checks out the head of the branch, and says where it left base and rules', async () => {
      const main = await harness.headOnServer('main');
      expect(checkedOut).to.deep.equal({
        head: await harness.headOnServer(BRANCH),
        mergeBase: main,
        rules: { commit: main, mergeBase: main },
      });
      expect(await harness.read('README.md')).to.equal(MAIN['README.md']);
    });

    also('says of a branch that is not there that it is missing', async () => {
      const error = await repository
        .checkout({ branch: 'gone', base: 'main', rulesBranch: 'main' })
        .catch((thrown) => thrown);
      expect(error).to.include({ code: 'BRANCH_MISSING' });
    });

    it('finds, reads and lists what a commit has, and says of the rest that it is not there', async () => {
      const { head, rules } = checkedOut;
      expect(await repository.find(head, 'README.md')).to.include({ kind: 'file' });
      expect(await repository.find(head, SPEC)).to.include({ kind: 'folder' });
      expect(await repository.find(head, 'gone')).to.equal(null);
      expect(await textAt(head, 'README.md')).to.equal(MAIN['README.md']);
      expect(await repository.read(head, SPEC)).to.equal(null);
      expect(await repository.list(head, SPEC)).to.have.members(['design.md', 'tasks.md']);
      expect(await repository.list(rules.commit, SPEC)).to.equal(null);
    });

    it('stages what was changed, added and deleted, and reads it', async () => {
      await harness.write('README.md', 'Hello you\n');
      await harness.write('src/new.js', 'new\n');
      await harness.remove(`${SPEC}/design.md`);
      const work = await repository.stage();
      expect(work.changes.map(({ path, kind }) => `${kind} ${path}`)).to.have.members([
        'modified README.md',
        'added src/new.js',
        `deleted ${SPEC}/design.md`,
      ]);
      expect(String(Buffer.from((await work.read('src/new.js')) ?? []))).to.equal('new\n');
      expect(await work.read('.kiro-worker.yml')).to.equal(null);
    });

    it('commits the changes without what is excluded, with contents of its own', async () => {
      await harness.write('src/new.js', 'new\n');
      await harness.write('.husky/pre-commit', 'evil\n');
      const head = headOf(await commitAll({ [`${SPEC}/tasks.md`]: '- [x] 1. Do it\n' }, ['.husky'])) ?? '';
      expect(await textAt(head, 'src/new.js')).to.equal('new\n');
      expect(await textAt(head, '.husky/pre-commit')).to.equal(MAIN['.husky/pre-commit']);
      expect(await harness.read(`${SPEC}/tasks.md`)).to.equal('- [x] 1. Do it\n');
      const [commit, ...others] = (await repository.commits()).slice(-1);
      expect([commit?.id, commit?.trailers.get('Kiro-Worker-Task'), others.length]).to.deep.equal([head, '1', 0]);
      expect(await repository.changedFiles({ since: checkedOut.head })).to.have.members([
        'src/new.js',
        `${SPEC}/tasks.md`,
      ]);
      expect(await repository.diff()).to.include('src/new.js');
    });

    it('says what differs between two commits, line by line, by objects alone', async () => {
      await harness.write('README.md', 'First\n@@ -1 +1 @@\nHello\nlast');
      await harness.write('src/new.js', 'new\n');
      await harness.remove(`${SPEC}/design.md`);
      const head = headOf(await commitAll()) ?? '';
      await harness.write('README.md', 'What lies in the workspace says nothing.');
      const { objects } = repository;
      expect(await objects.treeOf(head))
        .to.match(/^[0-9a-f]{40}$/)
        .and.not.equal(await objects.treeOf(checkedOut.head));
      const changes = await repository.objects.changes({ since: checkedOut.head, until: head });
      const kinds = changes.map(({ path, formerPath, before, after }) => [path, formerPath, before?.kind, after?.kind]);
      expect(kinds).to.have.deep.members([
        ['README.md', 'README.md', 'file', 'file'],
        ['src/new.js', 'src/new.js', undefined, 'file'],
        [`${SPEC}/design.md`, `${SPEC}/design.md`, 'file', undefined],
      ]);
      const [before = '', after = ''] = changes.flatMap((one) =>
        one.path === 'README.md' ? [one.before?.id ?? '', one.after?.id ?? ''] : [],
      );
      const contents = await repository.objects.contents([before, after, before], { eachBytes: 20, allBytes: 100 });
      expect([...contents.keys()]).to.have.members([before, after]);
      expect(Buffer.from(contents.get(before) ?? []).toString()).to.equal(MAIN['README.md']);
      expect(contents.get(after)).to.equal(null);
      expect(await repository.objects.lineChanges({ before, after })).to.deep.equal({
        added: [
          { from: 1, count: 2 },
          { from: 4, count: 1 },
        ],
        removed: [],
      });
    });

    also('commits nothing that contains a secret', async () => {
      await harness.write('src/new.js', `export const key = '${SECRET}';\n`);
      expect(await commitAll()).to.deep.equal({ kind: 'holds-secrets', places: ['src/new.js'] });
      expect(await repository.renew()).to.equal(checkedOut.head);
    });

    also('adds nothing that has the shape of a secret, unless the judge lets it pass', async () => {
      await harness.write('src/new.js', `// secretlint-disable\nexport const key = '${TOKENS.kiro}';\n`);
      const work = await repository.stage();
      const text = { message: 'Do it\n', trailers: [], contents: new Map(), exclude: [] };
      const held = await work.commit(text);
      const found = held.kind === 'adds-secrets' ? held.found : [];
      expect(found.map(({ rule, path, line }) => `${rule} ${path}:${line}`)).to.deep.equal(['kiro src/new.js:2']);
      expect(await repository.renew()).to.equal(checkedOut.head);
      await harness.write('src/new.js', `export const key = '${TOKENS.kiro}';\n`);
      const passed = await (await repository.stage()).commit({ ...text, judgeSecret: () => 'tell' });
      const told = passed.kind === 'committed' ? passed.told : [];
      expect(told.map(({ sha256 }) => sha256)).to.deep.equal(found.map(({ sha256 }) => sha256));
      const range = { since: checkedOut.head, until: await repository.renew() };
      expect((await repository.addedSecrets(range)).map(({ path }) => path)).to.deep.equal(['src/new.js']);
    });

    also('compares and puts back paths of another commit', async () => {
      await harness.write('.husky/pre-commit', 'evil\n');
      await harness.write('.mcp.json', '{}\n');
      const { commit } = checkedOut.rules;
      const found = await repository.differences(commit, ['.husky', '.mcp.json']);
      expect(found.map(({ path, kind }) => `${kind} ${path}`)).to.have.members([
        'modified .husky/pre-commit',
        'added .mcp.json',
      ]);
      await repository.restore(commit, ['.husky', '.mcp.json']);
      expect([await harness.read('.husky/pre-commit'), await harness.read('.mcp.json')]).to.deep.equal([
        MAIN['.husky/pre-commit'],
        null,
      ]);
    });

    also('drops what is not committed', async () => {
      await harness.write('README.md', 'Hello you\n');
      await harness.write('src/new.js', 'new\n');
      await repository.discard();
      expect([await harness.read('README.md'), await harness.read('src/new.js')]).to.deep.equal([
        MAIN['README.md'],
        null,
      ]);
    });

    also('hears from the server without touching it', async () => {
      const before = await harness.headOnServer(BRANCH);
      await repository.probe();
      expect(await harness.headOnServer(BRANCH)).to.equal(before);
    });

    it('pushes onto the head that it knows, and once more without a change', async () => {
      await harness.write('src/new.js', 'new\n');
      const head = headOf(await commitAll());
      expect(await repository.tryPush(BRANCH)).to.deep.equal({ kind: 'pushed' });
      expect(await harness.headOnServer(BRANCH)).to.equal(checkedOut.head);
      expect([await repository.push(BRANCH), await repository.push(BRANCH)]).to.deep.equal([
        { kind: 'pushed' },
        { kind: 'pushed' },
      ]);
      expect(await harness.headOnServer(BRANCH)).to.equal(head);
    });

    also('overwrites nobody: it says whose head is there', async () => {
      await harness.write('src/new.js', 'new\n');
      await commitAll();
      const theirs = await harness.pushAsPerson(BRANCH, { 'notes.md': 'Mine.\n' });
      expect(await repository.push(BRANCH)).to.deep.include({ kind: 'moved', head: theirs });
      expect(await harness.headOnServer(BRANCH)).to.equal(theirs);
    });

    itInRehearsal(
      'makes its commit anew on a head that descends from the known one, and never on another',
      async () => {
        await harness.write('src/new.js', 'new\n');
        const mine = headOf(await commitAll());
        const theirs = await harness.pushAsPerson(BRANCH, { 'notes.md': 'Mine.\n' });
        const onto = await repository.fetchMoved();
        expect(onto?.head).to.equal(theirs);
        if (onto === null) return;
        const made = await repository.recommit({ onto, message: 'Do it\n', trailers: [], contents: new Map() });
        expect(made).to.deep.include({ kind: 'committed', changes: [{ path: 'src/new.js', kind: 'added' }] });
        expect(headOf(made)).to.not.equal(mine);
        expect(await repository.push(BRANCH)).to.deep.equal({ kind: 'pushed' });
        expect(await harness.read('notes.md')).to.equal('Mine.\n');
      },
    );

    also('makes no commit anew where both changed the same file', async () => {
      await harness.write('README.md', 'Hello you\n');
      await commitAll();
      await harness.pushAsPerson(BRANCH, { 'README.md': 'Hello everybody\n' });
      const onto = await repository.fetchMoved();
      if (onto === null) throw new Error('The head was not found.');
      const made = await repository.recommit({ onto, message: 'Do it\n', trailers: [], contents: new Map() });
      expect(made).to.deep.equal({ kind: 'conflict', paths: ['README.md'] });
    });

    itInRehearsal('says that the branch is gone', async () => {
      await harness.write('src/new.js', 'new\n');
      await commitAll();
      await harness.deleteOnServer(BRANCH);
      expect(await repository.push(BRANCH)).to.deep.equal({ kind: 'moved', head: null, by: null });
    });
  });
}
