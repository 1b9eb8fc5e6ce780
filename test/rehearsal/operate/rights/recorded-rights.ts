import { expect } from 'chai';
import { TRIALS } from '../../../../src/adapters/aws/setup/trial-calls.ts';
import { COMMANDS_OF } from '../../../../src/stacks/access/rows.ts';
import { TOOL_CALLS } from '../../../../src/stacks/access/tool-calls.ts';
import type { CallRecorder } from './call-recorder.ts';

/** The policies name one command for some. */
const STANDS_FOR: Readonly<Record<string, string>> = { resume: 'pause', cancel: 'retry', unlock: 'retry' };

const PROTECTION = 'Only production is protected from deletion; the life is of the environment test.';
const ACCOUNT = 'Only `verify --account-checks` asks, which an emulator cannot answer.';
const CALLER = 'The caller of the emulator is a root user, of whom IAM simulates nothing: his rights are tried.';

/** What the policies hold although no command asks for it in this life: `command service:Operation` => why it stays. */
const NOT_ASKED: Readonly<Record<string, string>> = {
  'deploy cloudformation:UpdateTerminationProtection': PROTECTION,
  'destroy cloudformation:UpdateTerminationProtection': PROTECTION,
  'recover cloudformation:UpdateTerminationProtection': PROTECTION,
  'destroy dynamodb:UpdateTable': PROTECTION,
  'destroy logs:PutLogGroupDeletionProtection': PROTECTION,
  'destroy dynamodb:BatchGetItem': 'Nothing runs when this environment is destroyed.',
  'doctor iam:GetRole': CALLER,
  'doctor iam:SimulatePrincipalPolicy': CALLER,
  'permissions iam:GetRole': CALLER,
  'permissions iam:SimulatePrincipalPolicy': CALLER,
  'recover cloudformation:ContinueUpdateRollback': 'The emulator rolls every update back.',
  'recover cloudformation:DeleteChangeSet': 'The stack that is deployed again has changes, which are carried out.',
  'retry codebuild:ListBuildsForProject':
    'Only for a lock whose build is not known, since the answer to its start was lost.',
  'verify codebuild:StopBuild': ACCOUNT,
  'verify monitoring:DescribeAlarmHistory': ACCOUNT,
  'verify monitoring:GetMetricData': ACCOUNT,
  'verify monitoring:SetAlarmState': ACCOUNT,
};

type Recorded = Pick<CallRecorder, 'calls' | 'unknown'>;

/** Fails when a command asked for what the policies of people do not hold for it. */
export function expectNothingBeyond({ calls, unknown }: Recorded): void {
  expect(unknown, 'not understood').to.deep.equal([]);
  const held = new Set([...rows(), ...trialRows()]);
  const beyond = calls.map(rowOf).filter((row) => !held.has(row));
  expect([...new Set(beyond)], 'not in src/stacks/access/tool-calls.ts').to.deep.equal([]);
}

/** Fails when the policies hold what no command asked for, but for what is named here; and where that was asked for all the same. */
export function expectNothingIdle({ calls }: Recorded): void {
  const asked = new Set(calls.map(rowOf));
  const commands = new Set([...asked].map((row) => row.split(' ')[0]));
  expect(
    Object.values(COMMANDS_OF)
      .flat()
      .filter((command) => !commands.has(command)),
    'never typed',
  ).to.deep.equal([]);
  const idle = rows().filter((row) => !asked.has(row));
  expect(
    idle.filter((row) => !(row in NOT_ASKED)),
    'never asked for: remove it, or say why it stays',
  ).to.deep.equal([]);
  expect(
    Object.keys(NOT_ASKED).filter((row) => !idle.includes(row)),
    'asked for, or in no policy',
  ).to.deep.equal([]);
}

function rowOf({ by, call }: Recorded['calls'][number]): string {
  return `${STANDS_FOR[by] ?? by} ${call}`;
}

function rows(): string[] {
  return [...new Set(TOOL_CALLS.flatMap(({ call, by }) => by.map((command) => `${command} ${call}`)))];
}

/** Where IAM simulates nothing, rights are tried by the calls that need them. */
function trialRows(): string[] {
  const calls = TOOL_CALLS.filter(({ needs }) =>
    needs.some(({ actions }) => actions.some((action) => action in TRIALS)),
  );
  return calls.flatMap(({ call }) => [`doctor ${call}`, `permissions ${call}`]);
}
