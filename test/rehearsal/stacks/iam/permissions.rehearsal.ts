import { expect } from 'chai';
import { mapValues } from '../../../../src/stacks/map-values.ts';
import { recordOf } from '../../../stacks/json.ts';
import { openFunctionScene } from '../../../support/scenes/function.ts';
import type { AwsCall } from './aws-call.ts';
import { keyUseOf, ROLE_IDS } from './aws-call.ts';
import { deployStacks } from './deployed-stacks.ts';
import { inOtherEnvironment, listCodeChanges, listForbiddenCalls } from './forbidden-calls.ts';
import type { RoleGrant } from './grants.ts';
import { describeGrant, documentsOf, grantsOf } from './grants.ts';
import type { Judge } from './proof.ts';
import { createJudge, describeCall } from './proof.ts';
import { recordFunctions, recordWorkerRun, TEST_STACKS as stacks } from './recorded-calls.ts';
import { callsIn, listServiceCalls } from './service-calls.ts';
import { loadSimulator } from './simulator.ts';

describe('the permissions of the roles, and their use', () => {
  const staging = deployStacks({ environment: 'staging', stackPrefix: 'KiroWorkerStaging' });
  const grants = ROLE_IDS.flatMap((role) => grantsOf(stacks, role));
  const allows = grants.filter(({ effect }) => effect === 'Allow');
  const denials = grants.filter(({ effect }) => effect === 'Deny');
  const rows = listServiceCalls(stacks);
  let recorded: AwsCall[];
  let unknown: string[];
  let judge: Judge;

  before(async function () {
    this.timeout(300_000);
    const simulate = await loadSimulator();
    const functions = await recordFunctions();
    const worker = await recordWorkerRun();
    await worker.close();
    unknown = [...functions.unknown, ...worker.proxy.unknown];
    recorded = withKeyUses([...functions.calls, ...worker.proxy.calls]);
    const calls = [...recorded, ...rows.flatMap(callsIn)];
    judge = createJudge({ simulate, stacks: [stacks, staging], calls, denials });
  });

  it('functions and build get the names that the stacks define', async () => {
    const scene = await openFunctionScene();
    await scene.close();
    for (const id of ['PollerFunction', 'FinalizerFunction']) {
      const variables = recordOf(stacks.property(['Poller', id], 'Environment.Variables'));
      expect(mapValues(variables, String), id).to.deep.equal(scene.variables);
    }
  });

  it('every call of the runs was understood and is allowed', async () => {
    expect(unknown).to.deep.equal([]);
    for (const role of ROLE_IDS) {
      const own = recorded.filter((call) => call.role === role);
      expect(own, role).to.have.length.greaterThan(5);
      const policies = documentsOf(stacks, role);
      for (const call of own) expect(await judge.judgeBy(call, policies), describeCall(call)).to.equal('Allowed');
    }
    process.stdout.write(`    ${recorded.length} different calls recorded\n`);
  });

  it('every call that AWS makes on their behalf is allowed', async () => {
    for (const call of rows.flatMap(callsIn)) {
      const verdict = await judge.judgeBy(call, documentsOf(stacks, call.role));
      expect(verdict, describeCall(call)).to.equal('Allowed');
    }
  });

  it('every grant is used by a recorded call or by one with a reason, and every reason is needed', async () => {
    const needed = new Set<string>();
    const unused: string[] = [];
    for (const grant of allows) {
      const users = await judge.usersOf(grant, grants);
      if (users.length === 0) unused.push(describeGrant(grant));
      if (users.every((call) => !recorded.includes(call))) for (const call of users) needed.add(describeCall(call));
    }
    expect(unused).to.deep.equal([]);
    const idle = rows.filter((row) => !callsIn(row).every((call) => needed.has(describeCall(call))));
    expect(idle.map(({ reason }) => reason)).to.deep.equal([]);
    expect(rows.every(({ reason }) => reason.length > 20)).to.equal(true);
  });

  it('the proof holds, and fails when any grant or denial is removed', async () => {
    expect(await judge.problems(grants)).to.deep.equal([]);
    const unnoticed: string[] = [];
    for (const grant of grants) {
      const left = grants.filter((one) => one !== grant);
      if ((await judge.problems(left, grant)).length === 0) unnoticed.push(describeGrant(grant));
    }
    const noticed = grants.length - unnoticed.length;
    process.stdout.write(`    ${grants.length} grants and denials, ${noticed} removals noticed\n`);
    expect(unnoticed).to.deep.equal([]);
  }).timeout(60_000);

  it('a grant that nothing uses is found', async () => {
    const table = stacks.arn('Core', 'LocksTable');
    const extra = { sid: 'Extra', effect: 'Allow', condition: undefined } as const;
    const unused: RoleGrant[] = [
      { role: 'BuildRole', action: 'dynamodb:Scan', resource: table, ...extra },
      { role: 'PollerRole', action: 'dynamodb:GetItem', resource: '*', ...extra },
    ];
    for (const grant of unused) expect(await judge.usersOf(grant, [...grants, grant])).to.deep.equal([]);
  });

  it('no role is allowed what no role needs', async () => {
    const forbidden = listForbiddenCalls(stacks);
    const allowed: string[] = [];
    for (const call of forbidden) {
      const verdict = await judge.judgeBy(call, documentsOf(stacks, call.role));
      if (verdict === 'Allowed') allowed.push(describeCall(call));
    }
    process.stdout.write(`    ${forbidden.length} forbidden calls refused\n`);
    expect(allowed).to.deep.equal([]);
  });

  it('a build can never change what later builds run, whatever else it is granted', async () => {
    const everything = { Effect: 'Allow' as const, Action: ['s3:*'], Resource: ['*'] };
    const policies = [...documentsOf(stacks, 'BuildRole'), { Version: '2012-10-17', Statement: [everything] }];
    for (const call of listCodeChanges(stacks)) {
      expect(await judge.judgeBy(call, policies), describeCall(call)).to.equal('ExplicitlyDenied');
    }
  });

  it('no role has access to another environment of the same account', async () => {
    const elsewhere = [...recorded, ...rows.flatMap(callsIn)].flatMap((call) => inOtherEnvironment(call) ?? []);
    expect(elsewhere).to.have.length.greaterThan(50);
    for (const call of elsewhere) {
      expect(await judge.judgeBy(call, documentsOf(stacks, call.role)), describeCall(call)).to.not.equal('Allowed');
    }
    const known = new Set(elsewhere.map(({ resource }) => resource));
    for (const arn of [
      staging.arn('Core', 'LocksTable'),
      staging.arn('Core', 'Key'),
      staging.arn('CodeBuild', 'Project'),
    ])
      expect([...known]).to.include(arn);
  });

  it('the bucket accepts nothing without TLS, not even from a permitted role', async () => {
    const file = recorded.find(({ action }) => action === 's3:PutObject');
    if (file === undefined) throw new Error('No run stored a file.');
    const call = { ...file, context: { 'aws:SecureTransport': 'false' } };
    expect(await judge.judgeBy(call, documentsOf(stacks, 'BuildRole'))).to.equal('ExplicitlyDenied');
  });

  it('permissions for a VPC and a registry exist only with the options that need them', () => {
    const plain = deployStacks({ environment: 'test', stackPrefix: 'KiroWorker' });
    const actions = grantsOf(plain, 'BuildRole').map(({ action }) => action);
    expect(actions.filter((action) => /^(ec2|ecr):/.test(action))).to.deep.equal([]);
    expect(actions).to.include('dynamodb:UpdateItem');
  });
});

/** Returns each different call once, with the use of the key that it causes. */
function withKeyUses(calls: readonly AwsCall[]): AwsCall[] {
  const key = stacks.arn('Core', 'Key');
  const all = calls.flatMap((call) => [call, keyUseOf(call, key) ?? []].flat());
  return [...new Map(all.map((call) => [describeCall(call), call])).values()];
}
