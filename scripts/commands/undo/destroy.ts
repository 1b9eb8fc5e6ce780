import { load } from 'js-yaml';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { createDataProtection } from '../../../src/adapters/aws/operate/data-protection.ts';
import { createPauseParameter } from '../../../src/adapters/aws/operate/pause-parameter.ts';
import { createRemainders } from '../../../src/adapters/aws/operate/remainders.ts';
import { WorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import {
  type Destroyed,
  type DestroyPorts,
  destroyStacks,
  hasWork,
} from '../../../src/flows/operate/undo/destroy-stacks.ts';
import {
  type DestructionRequest,
  type Survey,
  surveyDestruction,
} from '../../../src/flows/operate/undo/survey-destruction.ts';
import { stackTags } from '../../../src/stacks/documents/samconfig.ts';
import { stackNames } from '../../../src/stacks/stack-names.ts';
import { askText, mayAsk } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { formatTime } from '../../terminal/time.ts';
import { userName } from '../../terminal/user-name.ts';
import { chosenEnvironment } from '../chosen-environment.ts';
import { formatDestroyed, formatSurvey } from './show-destruction.ts';
import { chooseOwnStacks, type UndoPlace, withUndoPlace } from './undo-place.ts';

export interface DestroyOptions {
  /** Spelt out every time. */
  readonly env: string;
  /** The environment's name again, instead of being asked for it. */
  readonly confirm?: string;
  readonly yes?: boolean;
  readonly allowProduction?: boolean;
  readonly emptyBuckets?: boolean;
  readonly input?: boolean;
  readonly json?: boolean;
}

/** `kiro-worker destroy [stack...]`: exit code 0, also when nothing was left to destroy; 3 when the environment's name was not given. */
export async function destroy(names: readonly string[], options: DestroyOptions): Promise<number> {
  const config = chosenEnvironment(options.env, process.env);
  const { environment, region } = config;
  refuseOtherName(options);
  const isProduction = environment === 'production';
  const request: DestructionRequest = {
    environment,
    ...chooseOwnStacks(config, names),
    mayDestroyProtected: options.allowProduction === true,
    isProduction,
    emptyBuckets: options.emptyBuckets === true,
  };
  const next = `npx kiro-worker destroy --env ${environment}${isProduction ? ' --allow-production' : ''}`;
  return withUndoPlace({ config, verb: 'destroy', next }, async (place) => {
    const ports = await portsOf(place);
    const survey = await surveyDestruction(ports, request);
    const { progress, token } = place;
    if (!hasWork(survey, request.emptyBuckets)) {
      const nothing = await destroyStacks(ports, { ...request, region, token, survey, pause: null });
      progress.stop();
      return show(nothing, { options, outcome: 'nothing-to-destroy' });
    }
    progress.stop();
    process.stderr.write(cleanText(formatSurvey(survey, { ...request, region })));
    if (!(await isConfirmed(options, { isProduction }))) return notConfirmed(survey, options);
    const isPausing = request.stacks.some(({ stackName }) => !stackName.endsWith('Monitoring'));
    const pause = isPausing
      ? { by: userName(), since: formatTime(Date.now()), reason: 'The environment is being destroyed.' }
      : null;
    const destroyed = await destroyStacks(ports, { ...request, region, token, survey, pause });
    progress.stop();
    return show(destroyed, { options, outcome: 'destroyed' });
  });
}

async function portsOf({ place, ports }: UndoPlace): Promise<DestroyPorts> {
  const { config, clients, account } = place;
  const { environment, region } = config;
  const names = stackNames(environment);
  const [ssm, s3, dynamo, logs] = await Promise.all([clients.ssm(), clients.s3(), clients.dynamo(), clients.logs()]);
  const locks = createDynamoLockStore({ client: dynamo, tableName: names.locksTable });
  return {
    ...ports,
    parse: (text) => load(text),
    polls: createPauseParameter({ client: ssm, environment }),
    // The claim is given free by whoever holds it: this run.
    remainders: createRemainders({
      ...{ ssm, s3, region, account, tags: stackTags(config) },
      parameterNames: [names.releaseParameter, names.pausedParameter],
      bucketPrefix: names.artifactsBucket,
    }),
    protection: createDataProtection({
      ...{ dynamo, logs, tableName: names.locksTable },
      logGroupNames: [names.pollerLogGroup, names.finalizerLogGroup, names.buildLogGroup],
    }),
    listBuilds: async () => (await locks.listHeld()).map(({ branch, buildId }) => ({ branch, buildId })),
  };
}

/** The name given beforehand can only be a slip where it is another one. */
function refuseOtherName({ env, confirm }: DestroyOptions): void {
  if (confirm === undefined || confirm === env) return;
  throw new WorkerError({
    code: 'ARGUMENT_INVALID',
    what: `--confirm says ${JSON.stringify(confirm)}, and --env ${JSON.stringify(env)}.`,
    remedy: 'Give the same name twice: that of the environment to be destroyed.',
  });
}

/** In production --yes does not stand for the name. */
async function isConfirmed(
  { env, confirm, yes, input }: DestroyOptions,
  { isProduction }: { isProduction: boolean },
): Promise<boolean> {
  if (confirm === env || (yes === true && !isProduction)) return true;
  return mayAsk(input) && (await askText(`Type the environment's name (${env}) to destroy it:`)) === env;
}

function notConfirmed({ stacks }: Survey, { env, json }: DestroyOptions): number {
  const facts = { environment: env, outcome: 'not-confirmed', stacks: stacks.map(({ stack }) => stack.name) };
  const text = `Nothing was destroyed: the environment's name was not given.\nNext: the same command in a terminal, or with --confirm ${env}\n`;
  process.stdout.write(json ? formatJson(facts) : text);
  return EXIT.needsApproval;
}

function show(destroyed: Destroyed, { options, outcome }: { options: DestroyOptions; outcome: string }): number {
  const { env: environment, json } = options;
  const facts = { environment, outcome, ...destroyed };
  process.stdout.write(json ? formatJson(facts) : cleanText(formatDestroyed(destroyed, { environment })));
  return EXIT.done;
}
