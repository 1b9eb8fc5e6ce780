import { expect } from 'chai';
import { toHeadCommit } from './head-commit.ts';

const robin = { name: 'Robin', email: 'robin@example.com', user: { login: 'robin' } };
const commit = { oid: 'a', message: 'Fix it\n', author: robin, committer: robin };

describe('whose commit a head is', () => {
  it("is a person's when the author's address belongs to an account, whoever committed it", () => {
    const web = { name: 'GitHub', email: 'noreply@github.com', user: { login: 'web-flow' } };
    for (const committer of [robin, web, null, undefined]) {
      expect(toHeadCommit({ ...commit, committer })).to.deep.equal({ isByPerson: true, buildId: null });
    }
  });

  it("is no person's when a program made it, or nobody knows who did", () => {
    const formatter = { name: 'formatter[bot]', email: '1+formatter[bot]@users.noreply.github.com', user: null };
    const unknown = { ...robin, user: null };
    const named = { ...robin, user: { login: 'formatter[bot]' } };
    const mail = 'robin@users.noreply.github.com';
    const accounts = ['actions-user', 'acme-bot', 'renovate-bot', 'weblate', 'CI'].map((login) => ({
      ...{ name: login, email: mail, user: { login } },
    }));
    const workflow = { name: 'GitHub Actions', email: 'actions@github.com', user: { login: 'actions-user' } };
    expect(toHeadCommit({ ...commit, committer: { ...workflow, name: 'x', user: null } }).isByPerson).to.equal(false);
    for (const author of [formatter, unknown, named, null, undefined, workflow, ...accounts]) {
      expect(toHeadCommit({ ...commit, author }).isByPerson).to.equal(false);
    }
    expect(toHeadCommit({ ...commit, committer: formatter }).isByPerson).to.equal(false);
  });

  it("is a person's whose name only contains what programs are called", () => {
    for (const name of ['Abbot', 'Robotham', 'Cia Renovato', 'talbot42', 'lucia']) {
      const author = { name, email: `${name}@ci.example.com`, user: { login: name } };
      expect(toHeadCommit({ ...commit, author, committer: author }).isByPerson, name).to.equal(true);
    }
  });

  it("is the worker's when its trailer names a build", () => {
    const message = 'Do it\n\nText.\n\nKiro-Worker-Task: 1\nKiro-Worker-Build: project:1234\n';
    expect(toHeadCommit({ ...commit, message })).to.deep.equal({ isByPerson: false, buildId: 'project:1234' });
  });
});
