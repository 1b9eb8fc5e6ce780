import { createDeadLetterQueue } from '../../../src/adapters/aws/operate/dead-letter-queue.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { type RedriveAction, type RedrivenLetter, redrive } from '../../../src/flows/operate/run/redrive.ts';
import { stackNames } from '../../../src/stacks/stack-names.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { formatTime } from '../../terminal/time.ts';
import { withDeployed } from '../deployed-place.ts';

interface RedriveOptions {
  readonly env?: string;
  readonly drop?: boolean;
  readonly replay?: boolean;
  readonly json?: boolean;
}

/** `kiro-worker redrive [letter...]`: exit code 0, 1 when a replay failed, 4 when there was nothing to drop or replay. */
export async function redriveLetters(ids: readonly string[], options: RedriveOptions): Promise<number> {
  return withDeployed(options.env, async ({ settings: { environment }, clients, progress }) => {
    const names = stackNames(environment);
    const [sqs, lambda] = await Promise.all([clients.sqs(), clients.invokingLambda()]);
    const queueOf = (queueName: string, functionName: string) =>
      createDeadLetterQueue({ sqs, lambda, queueName, functionName });
    const action: RedriveAction = options.drop ? 'drop' : options.replay ? 'replay' : 'show';
    const letters = await redrive({
      queues: {
        poller: queueOf(names.pollerDeadLetters, names.pollerFunction),
        finalizer: queueOf(names.finalizerDeadLetters, names.finalizerFunction),
      },
      action,
      ids: ids.length === 0 ? null : ids,
      onStep: (text) => progress.show({ phase: environment, text }),
    });
    progress.stop();
    process.stdout.write(options.json ? formatJson({ environment, letters }) : describe(letters, environment));
    if (letters.some(({ result }) => result === 'failed')) return EXIT.failed;
    return action !== 'show' && letters.length === 0 ? EXIT.nothingToDo : EXIT.done;
  });
}

function describe(letters: readonly RedrivenLetter[], environment: string): string {
  if (letters.length === 0)
    return `No event of ${environment} is left over.\nNext: npx kiro-worker status --env ${environment}\n`;
  const list = letters.map(describeLetter).join('\n');
  return `${cleanText(`Dead letters of ${environment} (${letters.length})\n${list}\n${nextOf(letters, environment)}`)}\n`;
}

/** Ids are copied from here, so nothing is cut or wrapped. */
function describeLetter({ id, of, sentAtMs, result, subject, cause, error }: RedrivenLetter): string {
  const since = sentAtMs === null ? '' : `, since ${formatTime(sentAtMs)}`;
  const again = error === null ? '' : `\n  stays: ${error}`;
  return `${id}: for the ${of}${since}, ${result}\n  what: ${subject}\n  why: ${cause}${again}`;
}

function nextOf(letters: readonly RedrivenLetter[], environment: string): string {
  if (letters.some(({ result }) => result === 'failed'))
    return `Those that failed stay.\nNext: npx kiro-worker logs finalizer --env ${environment}`;
  const isLeft = letters.some(({ result }) => result === 'kept');
  if (!isLeft) return `Next: npx kiro-worker status --env ${environment}`;
  return (
    'The next poll does what a letter asked for, so those whose cause is mended may be dropped; a replay does it at once.\n' +
    `Next: npx kiro-worker redrive --replay --env ${environment} (or --drop; letters may be named)`
  );
}
