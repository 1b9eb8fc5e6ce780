import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDeploymentParameter } from '../../../src/adapters/aws/operate/deployment-parameter.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { DeployPorts } from '../../../src/flows/operate/deploy/deploy-types.ts';
import { holdDeployment } from '../../../src/flows/operate/deploy/hold-deployment.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import type { Progress } from '../../terminal/progress.ts';
import { userName } from '../../terminal/user-name.ts';
import type { DeploymentPlace } from './deployment-place.ts';

interface Claiming {
  readonly place: DeploymentPlace;
  readonly environment: string;
  readonly token: string;
  readonly progress: Progress;
  /** Command to type after Ctrl-C. */
  readonly next: string;
}

/** Returns a name of one run, which names its requests, too: a repeated one does nothing twice. */
export function newToken(): string {
  return `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
}

/** Works on the stacks of an environment while nobody else does. After Ctrl-C the environment is given free, and what goes on in AWS is
 *  said. Throws DEPLOYMENT_REFUSED while somebody else deploys to it. */
export async function withClaim<T>(claiming: Claiming, work: () => Promise<T>): Promise<T> {
  const { place, environment, token, progress } = claiming;
  const claims = createDeploymentParameter({ client: await place.clients.ssm(), environment });
  const by = `${userName() ?? 'somebody'}@${hostname()}`;
  const onNote = (text: string) => progress.note(`warning: ${text}`);
  return holdDeployment({ claims, clock: systemClock, environment, token, by, onNote }, async (release) => {
    const sayWhatGoesOn = () => {
      progress.stop();
      process.stderr.write(formatInterruption(claiming));
      void Promise.race([release(), sleep(3_000)])
        .catch(() => undefined)
        .finally(() => process.exit(EXIT.interrupted));
    };
    process.once('SIGINT', sayWhatGoesOn);
    try {
      return await work();
    } finally {
      process.off('SIGINT', sayWhatGoesOn);
    }
  });
}

/** Returns what leaves a line for each event, and knows on which stack CloudFormation is at work. */
export function createEventNotes({ atWork }: DeploymentPlace, progress: Progress): DeployPorts['onEvent'] {
  return (stackName, { logicalId, status, reason }) => {
    const hasEnded = logicalId === stackName && !status.endsWith('_IN_PROGRESS');
    atWork.stackName = hasEnded ? null : stackName;
    const text = `${stackName} ${logicalId} ${status}${reason ? `: ${reason}` : ''}`;
    if (status.endsWith('_IN_PROGRESS') && !reason) progress.show({ phase: 'deploy', text });
    else progress.note(text);
  };
}

/** Says what goes on in AWS and how to follow it. */
function formatInterruption({ place, next }: Claiming): string {
  const { atWork, config } = place;
  const what =
    atWork.stackName === null
      ? 'What CloudFormation has begun goes on without this command: its console shows it.'
      : `CloudFormation goes on with ${atWork.stackName} without this command. To follow it: aws cloudformation describe-stack-events --region ${config.region} --stack-name ${atWork.stackName} --max-items 20`;
  return `Interrupted. ${what}\nNext, once it has ended: ${next}\n`;
}
