import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { costFilter } from '../../../src/core/operate/costs.ts';
import { type Clone, makeClone } from '../stacks/clone.ts';
import { bareEnvironment, runProgram } from '../stacks/program.ts';
import { pythonTool } from '../stacks/tools.ts';
import { type Operator, openOperator } from './operator.ts';
import { plainLines } from './plain-lines.ts';

interface PlainLine {
  /** How the line begins. */
  readonly starts: string;
  /** What is typed in its place, where it waits for ever, asks, or has a word for the reader to fill in. */
  readonly typed?: (line: string) => string;
  /** What it answers. */
  readonly says?: RegExp;
  /** What AWS has against it in the state in which the stacks are. */
  readonly refused?: RegExp;
  /** Part of the rehearsal that types it. */
  readonly in?: string;
}

const atOnce = (line: string) => line.replace(/ --(?:follow|tail)\b/, '');
/** Version 2 of the AWS CLI calls this so; pip installs version 1. */
const filtered = (line: string) =>
  atOnce(line).replace('aws logs tail', 'aws logs filter-log-events --log-group-name').replace(' --since 30m', '');
const unasked = (line: string) => `${line} --no-confirm-changeset`;

const SECRET = 'aws secretsmanager put-secret-value --secret-id kiro-worker-test-github-token --secret-string';

/** Every line that the documents give, in the order in which they are typed here: those that delete come last. */
const LINES: readonly PlainLine[] = [
  { starts: 'aws sts get-caller-identity', says: /111111111111/ },
  { starts: 'aws cloudformation describe-stacks --stack-name KiroWorkerPoller', says: /CREATE_COMPLETE/ },
  { starts: 'sam list stack-outputs', says: /ArtifactsBucketName/ },
  { starts: 'aws ssm put-parameter --name /kiro-worker/test/github-project-config', says: /Version/ },
  { starts: 'aws sns subscribe', says: /SubscriptionArn/ },
  { starts: 'sam remote invoke', says: /"outcome"/ },
  { starts: 'aws logs tail /aws/lambda/', typed: filtered, says: /setup incomplete/ },
  { starts: 'sam logs', typed: atOnce, says: /setup incomplete/ },
  { starts: 'aws logs tail /aws/codebuild/', typed: (line) => filtered(line).replace('ID', 'first'), says: /a line/ },
  {
    starts: 'aws secretsmanager get-secret-value',
    typed: (line) => `${SECRET} one-value && ${SECRET} another && ${line}`,
    says: /\d{4}-|\d{10}/,
  },
  // With and without --overwrite.
  { starts: 'aws ssm put-parameter --name /kiro-worker/test/paused --type String --value', says: /Version/ },
  { starts: 'aws ssm put-parameter --name /kiro-worker/test/paused --type String --overwrite', says: /Version/ },
  { starts: 'aws ssm delete-parameter --name /kiro-worker/test/paused' },
  { starts: 'aws dynamodb query', says: /^$/ },
  { starts: 'aws events enable-rule' },
  // Version 1 takes queues by an address of its own, which no variable changes.
  {
    starts: 'aws sqs receive-message',
    typed: (line) => line.replaceAll('aws sqs', 'aws --endpoint-url "$AWS_ENDPOINT_URL" sqs'),
  },
  // Version 1 of the AWS CLI, which pip installs, takes files as they are, and has no flag for it.
  {
    starts: 'aws lambda invoke --function-name kiro-worker-test-finalizer',
    typed: (line) => line.replace(' --cli-binary-format raw-in-base64-out', ''),
    says: /"StatusCode": 200/,
  },
  {
    starts: 'aws codebuild stop-build',
    typed: (line) => `${START_BUILD} ${line.replace('BUILD', '"$build"')}`,
    says: /kiro-worker-test:/,
  },
  { starts: 'aws ce update-cost-allocation-tags-status', says: /"Errors": \[\]/ },
  { starts: 'aws ce get-cost-and-usage', says: /"AWS CodeBuild"/ },
  { starts: 'aws cloudformation rollback-stack --stack-name', refused: /ValidationError.*RollbackStack/ },
  {
    starts: 'aws cloudformation continue-update-rollback --stack-name',
    refused: /ValidationError.*ContinueUpdateRollback/,
  },
  {
    starts: 'git checkout VERSION && npm ci && sam build --config-env test-poller',
    typed: (line) => unasked(line.replace('git checkout VERSION && npm ci && ', '')),
    says: /KiroWorkerPoller/,
  },
  { starts: 'sam build && sam deploy', in: 'stacks-deploy' },
  { starts: 'sam local invoke', in: 'container' },
  { starts: 'aws ssm delete-parameter --name /kiro-worker/test/release' },
  { starts: 'aws cloudformation update-termination-protection', says: /KiroWorkerCore/ },
  { starts: 'aws cloudformation delete-stack --stack-name KiroWorkerMonitoring' },
  { starts: 'aws cloudformation delete-stack --stack-name KiroWorkerPoller' },
];

const NOWHERE = 'http://127.0.0.1:9';
const START_BUILD =
  'build=$(aws codebuild start-build --project-name kiro-worker-test --query build.id --output text);';
/** `aws service operation`, without anything to work on: it names what an operation is called. */
const NAME = /^aws [a-z-]+ [a-z-]+$/;

describe('the plain lines of docs/deployment.md and docs/operations.md', function () {
  this.timeout(300_000);
  const found = [...new Set([...plainLines('deployment'), ...plainLines('operations')])];
  const names = found.filter((line) => NAME.test(line) && !LINES.some(({ starts }) => starts === line));
  const lines = found.filter((line) => !names.includes(line));
  let operator: Operator;
  let clone: Clone;
  let env: Record<string, string>;

  before(async () => {
    [operator, clone] = await Promise.all([openOperator(), makeClone()]);
    const programs = [await pythonTool('awscli'), await pythonTool('sam-cli')];
    // Nothing leaves this machine, whatever address a program makes up.
    const here = { AWS_ENDPOINT_URL: operator.proxy.endpoint, HTTPS_PROXY: NOWHERE };
    env = { ...bareEnvironment(programs), ...here };
    const deployed = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(deployed.code, deployed.stderr).to.equal(0);
    await writeFile(path.join(clone.folder, 'cost-filter.json'), JSON.stringify(costFilter('test')));
    await writeFile(path.join(clone.folder, 'request-payload.json'), JSON.stringify(BUILD_ENDED));
    const tags = { Project: 'KiroWorker', Environment: 'test' };
    operator.proxy.bill.lines.push({ day: '2026-11-03', service: 'AWS CodeBuild', amount: 1, tags });
    for (const line of PREPARATION) await type(line);
  });
  after(async () => {
    await operator?.close();
    await clone?.remove();
  });

  async function type(line: string) {
    const shell = ['bash', '-euo', 'pipefail', '-c', `{ ${line}\n} | cat`] as const;
    return runProgram([...shell], { cwd: clone.folder, env });
  }

  it('are all known here, and none is known that they do not give', () => {
    const unknown = lines.filter((line) => LINES.filter(({ starts }) => line.startsWith(starts)).length !== 1);
    expect(unknown).to.deep.equal([]);
    expect(LINES.filter(({ starts }) => !lines.some((line) => line.startsWith(starts)))).to.deep.equal([]);
  });

  for (const { starts, typed = (line: string) => line, says, refused, in: part } of LINES) {
    if (part !== undefined) continue;
    for (const line of lines.filter((one) => one.startsWith(starts)))
      it(line.slice(0, 110), async () => {
        const { code, stdout, stderr } = await type(typed(line));
        if (refused !== undefined) expect(stderr).to.match(refused);
        else expect(code, stdout + stderr).to.equal(0);
        if (says !== undefined) expect(stdout.trim()).to.match(says);
      });
  }

  for (const name of names)
    it(`${name} is the name of an operation`, async () => {
      const { code, stderr } = await type(`${name} --generate-cli-skeleton`);
      expect(code, stderr).to.equal(0);
    });
});

/** A line in a build's log. */
const LOG = '--log-group-name /aws/codebuild/kiro-worker-test --log-stream-name first';
const PREPARATION = [
  `aws logs create-log-stream ${LOG}`,
  `aws logs put-log-events ${LOG} --log-events timestamp=$(date +%s)000,message='a line'`,
];

/** As the finalizer's dead letters keep it: EventBridge's event about a build that nobody holds a lock for. */
const BUILD_ENDED = {
  ...{ version: '0', id: '1', source: 'aws.codebuild', region: 'us-east-1', account: '111111111111' },
  ...{ time: '2026-11-03T00:00:00Z', 'detail-type': 'CodeBuild Build State Change', resources: [] },
  detail: {
    ...{ 'build-status': 'FAILED', 'project-name': 'kiro-worker-test' },
    'build-id': 'arn:aws:codebuild:us-east-1:111111111111:build/kiro-worker-test:00000000-0000-0000-0000-000000000000',
    'additional-information': {},
  },
};
