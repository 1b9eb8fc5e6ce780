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
    for (const author of [formatter, unknown, named, null, undefined]) {
      expect(toHeadCommit({ ...commit, author }).isByPerson).to.equal(false);
    }
    expect(toHeadCommit({ ...commit, committer: formatter }).isByPerson).to.equal(false);
  });

  it("is the worker's when its trailer names a build", () => {
    const message = 'Do it\n\nText.\n\nKiro-Worker-Task: 1\nKiro-Worker-Build: project:1234\n';
    expect(toHeadCommit({ ...commit, message })).to.deep.equal({ isByPerson: false, buildId: 'project:1234' });
  });
});
