/** A question about AWS that only an account can answer. */
export interface AccountExperiment {
  readonly id: string;
  readonly question: string;
  /** What the product takes for granted. */
  readonly assumed: string;
  /** What to change when the answer differs. */
  readonly change: string;
  /** Lines for whoever owns the account; null where `verify --account-checks` tries it by itself. Names of the environment `test`. */
  readonly lines: readonly string[] | null;
}

/** Those that the command tries by itself. */
export const TRIED = {
  limit: {
    id: 'limit',
    question: 'What does CodeBuild answer at the limit of the project or of the account?',
    assumed:
      'one build more than `maxConcurrentBuilds` is refused, and the product knows the refusal for "at capacity"',
    change:
      'Add the name or words of the refusal to `isAtCapacity` in src/adapters/aws/codebuild.ts; where nothing is refused, count running builds in the poll.',
    lines: null,
  },
  stop: {
    id: 'stop',
    question: 'Does SIGTERM reach the commands of a build that is stopped?',
    assumed: 'nothing runs in the container any more, so that the finalizer closes the lock',
    change:
      'Nothing breaks: the worker ends its run at SIGTERM by itself. It then has time to say so on the card: keep that time in mind before you shorten it.',
    lines: null,
  },
  reads: {
    id: 'reads',
    question: 'What can another user of the container read?',
    assumed: 'neither /root nor any file that leads to the credentials of the build',
    change: 'Add the folders and files that are named to `hide` in src/worker/compose.ts, then run `verify --build`.',
    lines: null,
  },
  alarm: {
    id: 'alarm',
    question: 'May an alarm publish to the encrypted topic?',
    assumed:
      "the condition on `kms:EncryptionContext:aws:sns:topicArn` in the key's policy holds for what CloudWatch sends",
    change: 'Correct the statement AlarmsPublishToOurTopic in src/stacks/resources/key.ts, and deploy Core.',
    lines: null,
  },
  fill: {
    id: 'fill',
    question: 'Does FILL give values for a metric that was never written?',
    assumed: 'it gives 0, so that the alarms that count failed against completed runs work from the first run on',
    change:
      'Write the metrics that stand in FILL with 0 in every poll (src/flows/poll/count-metrics.ts): the share of failed runs (src/stacks/alarms/builds.ts) has no data before.',
    lines: null,
  },
} as const satisfies Readonly<Record<string, AccountExperiment>>;

/** Those that need another stack, another role or a full quota. */
const YOURS: readonly AccountExperiment[] = [
  {
    id: 'queue',
    question: 'In which status does a build end that waited too long in the queue?',
    assumed: 'it has no phase PROVISIONING, and the product says that it never began',
    change: 'Correct `neverBegan` in `parseBuild` of src/adapters/aws/codebuild.ts.',
    lines: [
      '# Fill the quota of the account with builds of another project, then:',
      'aws codebuild start-build --project-name kiro-worker-test --queued-timeout-in-minutes-override 5',
      'aws codebuild batch-get-builds --ids ID --query "builds[0].[buildStatus,phases[].phaseType]"',
    ],
  },
  {
    id: 'reports',
    question: 'Does CodeBuild call CreateReportGroup for a group that is there already?',
    assumed: 'it does, so that the build role has it',
    change:
      'Where no such call is listed after a build, take `codebuild:CreateReportGroup` from src/stacks/resources/build-role.ts.',
    lines: [
      'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateReportGroup --max-results 5',
    ],
  },
  {
    id: 'parameter',
    question: 'Does a change of tags alone write the value of the template over the project configuration?',
    assumed: 'a difference in anything but tags does, a difference in tags does not',
    change: 'Move the project configuration out of the stack, or deploy its tags with the value that is there.',
    lines: [
      'aws ssm get-parameter-history --name /kiro-worker/test/github-project-config --query "Parameters[].[Version,LastModifiedDate]"',
      '# Add a tag in src/stacks, deploy Secrets, and look again: no version may have been added.',
    ],
  },
  {
    id: 'secret-key',
    question: 'Is kms:GenerateDataKey alone enough to write the value of a secret?',
    assumed: 'kms:Decrypt is needed too, so that the operator has both',
    change: 'Take `kms:Decrypt` from PutSecretValue in src/stacks/access/tool-calls.ts.',
    lines: [
      '# As a role with secretsmanager:PutSecretValue and kms:GenerateDataKey alone:',
      'npx kiro-worker configure kiro-api-key --env test',
    ],
  },
  {
    id: 'deployer',
    question: 'Does a deployment go through with the policies of the deployer alone?',
    assumed:
      'they hold all that CloudFormation asks for, as the resource schemas of its registry and the references of the services say',
    change:
      'Add the action that the error names to src/stacks/access/resource-calls.ts, with its source; take it from left-out-actions.ts where it stands there.',
    lines: [
      'npx kiro-worker permissions --role deployer --env test --out policies',
      '# As a role with those policies and no other: an empty environment, an update, and its end.',
      'npx kiro-worker deploy --env test',
      'npx kiro-worker destroy --env test',
    ],
  },
  {
    id: 'dead-letter',
    question: 'May EventBridge write to the encrypted dead-letter queue of a rule?',
    assumed:
      "the condition on `kms:EncryptionContext:aws:sqs:arn` in the key's policy holds for what EventBridge sends",
    change: 'Correct the statement RulesWriteToOurDeadLetterQueues in src/stacks/resources/key.ts, and deploy Core.',
    lines: [
      '# Takes the right to invoke away for one poll; the deployment puts it back.',
      'aws lambda get-policy --function-name kiro-worker-test-poller',
      'aws lambda remove-permission --function-name kiro-worker-test-poller --statement-id SID',
      'npx kiro-worker status --env test # after a poll: one dead letter',
      'npx kiro-worker deploy KiroWorkerPoller --env test',
    ],
  },
];

/** All of them. */
export const ACCOUNT_EXPERIMENTS: readonly AccountExperiment[] = [...Object.values(TRIED), ...YOURS];
