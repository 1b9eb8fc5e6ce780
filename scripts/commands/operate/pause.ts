import { createPauseParameter } from '../../../src/adapters/aws/operate/pause-parameter.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { describePause } from '../../../src/core/pause.ts';
import type { PauseSwitch } from '../../../src/core/ports/operate/pause-switch.ts';
import { pausePolls, resumePolls } from '../../../src/flows/operate/run/pause.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { formatTime } from '../../terminal/time.ts';
import { userName } from '../../terminal/user-name.ts';
import { withDeployed } from '../deployed-place.ts';

interface PauseOptions {
  readonly env?: string;
  readonly reason?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** `kiro-worker pause`: no poll of the environment starts a build until `resume`. Exit code 0, also when it was paused already. */
export async function pause(options: PauseOptions): Promise<number> {
  return withSwitch(options, async ({ polls, environment }) => {
    const since = formatTime(Date.now());
    const by = options.by?.trim() || userName();
    const wanted = { by, since, reason: options.reason?.trim() || null };
    const { pause: holding, isNew } = await pausePolls({ polls, pause: wanted });
    const opening = isNew ? '' : `${environment} was paused already, and that stays as it is. `;
    return {
      facts: { environment, paused: true, isNew, ...holding },
      text: `${opening}${describePause(holding)}\nBuilds that run go on, and locks of builds that have ended are still closed; nothing new starts.\nNext: npx kiro-worker resume --env ${environment}`,
    };
  });
}

/** `kiro-worker resume`: the next poll starts builds again. Exit code 0, also when nothing was paused. */
export async function resume(options: PauseOptions): Promise<number> {
  return withSwitch(options, async ({ polls, environment, pollingInterval }) => {
    const ended = await resumePolls({ polls });
    const words =
      ended === null ? `${environment} was not paused.` : `The pause has ended. It said: ${describePause(ended)}`;
    return {
      facts: { environment, paused: false, ended },
      text: `${words}\nPolls start builds again, at their ${pollingInterval}.\nNext: npx kiro-worker status --env ${environment}`,
    };
  });
}

interface Place {
  readonly polls: PauseSwitch;
  readonly environment: string;
  readonly pollingInterval: string;
}

async function withSwitch(
  options: PauseOptions,
  work: (place: Place) => Promise<{ facts: object; text: string }>,
): Promise<number> {
  return withDeployed(options.env, async ({ settings: { environment, pollingInterval }, clients, progress }) => {
    const polls = createPauseParameter({ client: await clients.ssm(), environment });
    const { facts, text } = await work({ polls, environment, pollingInterval });
    progress.stop();
    process.stdout.write(options.json ? formatJson(facts) : `${cleanText(text)}\n`);
    return EXIT.done;
  });
}
