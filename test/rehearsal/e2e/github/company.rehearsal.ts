import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startLocalPoll } from '../../../support/command-process.ts';
import { expectEnding } from '../../../support/expect-ending.ts';
import { expectError } from '../../../support/expect-error.ts';
import { createSecretScan } from '../../../support/secret-scan.ts';
import { PLACE } from '../../../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';

const COMPLETED = { kind: 'completed', column: 'In Review', tasks: ['1', '2'], words: /2 tasks implemented/ } as const;

const certificate = (name: string) => fileURLToPath(new URL(`../../../fixtures/certificates/${name}`, import.meta.url));

describe('what companies set up in their own way', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  describe('an Enterprise Server whose certificate the company’s own authority has signed', () => {
    const tls = {
      cert: readFileSync(certificate('server.pem'), 'utf8'),
      key: readFileSync(certificate('server-key.pem'), 'utf8'),
    };
    const AUTHORITY = certificate('authority.pem');

    for (const ofGit of ['SSL_CERT_FILE', 'GIT_SSL_CAINFO']) {
      it(`is served from the poll to the review, when NODE_EXTRA_CA_CERTS and ${ofGit} name the authority`, async () => {
        system = await createTestSystem({ tls, env: { NODE_EXTRA_CA_CERTS: AUTHORITY, [ofGit]: AUTHORITY } });
        expect(system.github.url).to.match(/^https:/);
        const { code, stderr } = await startLocalPoll(system).ended;
        expect(code, stderr).to.equal(0);
        await expectEnding(system, COMPLETED);
        const pushes = system.github.requests.filter(({ path }) => path.endsWith('/git-receive-pack'));
        expect(pushes).to.have.length.above(0);
      });
    }

    it('is refused when nobody names it, and the poll says what to set', async () => {
      system = await createTestSystem({ tls });
      const { code, stderr } = await startLocalPoll(system).ended;
      expect(code).to.equal(1);
      expect(stderr)
        .to.match(/certificate/)
        .and.to.include('NODE_EXTRA_CA_CERTS');
      expect(await system.machine.locks.list()).to.deep.equal([]);
    });
  });

  describe('fields of the organisation in the place of the board’s own', () => {
    const setIssueField = (name: string, isIssueField: boolean) =>
      Object.assign(system.project.fields.find((field) => field.name === name) ?? {}, { isIssueField });

    it('as Status: nothing is locked or started, and the poll says so; a field of the board is worked on', async () => {
      system = await createTestSystem();
      setIssueField('Status', true);
      const error = await expectError(system.poll(), 'BOARD_FIELD_MISSING');
      expect(error.message).to.include('"Status"').and.to.include('issue field of the organisation');
      expect(await system.machine.locks.list()).to.deep.equal([]);
      setIssueField('Status', false);
      await system.run();
      await expectEnding(system, COMPLETED);
    });

    it('as Priority: it is named, cards are taken in the order of the board, and the work is done', async () => {
      system = await createTestSystem();
      await system.addCard('Urgent', { priority: 'High' });
      setIssueField('Priority', true);
      const { started } = await system.run();
      expect(started.map(({ title }) => title)).to.deep.equal([PLACE.card]);
      const warnings = system.telemetry.lines.filter(({ level }) => level === 'warn');
      expect(JSON.stringify(warnings)).to.include(
        '\\"Priority\\" (priorityField) is an issue field of the organisation',
      );
      await expectEnding(system, COMPLETED);
    });
  });

  describe('the long tokens of a GitHub App’s installation', () => {
    const part = (length: number) => Array.from({ length }, (_, at) => 'AbCd-_019z'[at % 10]).join('');
    const tokenOf = (app: string) => `ghs_${app}_eyJ${part(60)}.eyJ${part(200)}.${part(240)}`;
    /** Nobody knows this one: it has the shape alone. */
    const FOREIGN = tokenOf('7654321');
    const secrets = { token: tokenOf('1234567'), kiroKey: 'ksk_Yv3Rk6Hd1Qp8Wz5' };

    it('do the whole work, and stand in nothing that it leaves, whole or in part', async () => {
      const agentScript = `export async function work({ task, write }) {
        process.stderr.write('remote: https://x-access-token:${FOREIGN}@github.com/o/r.git\\n');
        write('src/made-' + task.length + '.js', 'export const made = 1;\\n');
      }`;
      system = await createTestSystem({ secrets, agentScript, tasks: '- [ ] 1. One task\n' });
      expect(secrets.token).to.have.length.above(510);
      await system.run();
      await expectEnding(system, { ...COMPLETED, tasks: ['1'], words: /1 task implemented/ });
      const [build] = await view.buildsOf(system);
      const transcript = await view.artifactOf(system, build?.id ?? '', 'logs/agent-01.log');
      expect(transcript).to.include('https://[redacted]@github.com/o/r.git');

      const scan = createSecretScan({ token: secrets.token, tail: secrets.token.slice(-40), kiroKey: secrets.kiroKey });
      scan.folder(system.dataDirectory);
      for (const { body } of system.github.state.all('comment')) scan.text('comment', body);
      scan.text('pull request', view.pullRequestOf(system).body);
      scan.text('telemetry', JSON.stringify(system.telemetry.lines));
      expect(scan.leaks).to.deep.equal([]);
      expect(scan.seen.files).to.be.above(10);
    });
  });
});
