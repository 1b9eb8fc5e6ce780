import { errorMessage, isWorkerError, throwFailures, WorkerError } from '../../../core/errors.ts';
import { type DeadLetter, readDeadLetter } from '../../../core/operate/dead-letter.ts';
import type { DeadLetters } from '../../../core/ports/operate/dead-letters.ts';

export type RedriveAction = 'show' | 'drop' | 'replay';

/** A letter, the function that it was for, and what became of it. `failed`: what was to be done could not be done, so the letter
 *  stays. */
export interface RedrivenLetter extends DeadLetter {
  readonly of: string;
  readonly result: 'kept' | 'dropped' | 'replayed' | 'failed';
  /** Why it stays although it was to go. */
  readonly error: string | null;
}

interface RedriveRequest {
  /** By function. */
  readonly queues: Readonly<Record<string, DeadLetters>>;
  readonly action: RedriveAction;
  /** Ids of the letters that are meant; null: all. */
  readonly ids: readonly string[] | null;
  readonly onStep: (text: string) => void;
}

/** Shows the dead letters of all queues, and drops or replays those that are meant; a letter goes only when its event was handled.
 *  Throws CONFIG_INVALID for ids that no letter has, before anything is changed. */
export async function redrive(request: RedriveRequest): Promise<RedrivenLetter[]> {
  const results: RedrivenLetter[] = [];
  const failures: unknown[] = [];
  try {
    const taken = await takeAll(request);
    checkIds(request.ids, taken);
    // What became of one letter must not be lost with the failure of the next.
    for (const letter of taken) results.push(await handle(request, letter).catch((error) => asFailed(letter, error)));
  } catch (error) {
    failures.push(error);
  }
  for (const queue of Object.values(request.queues)) await queue.giveBack().catch((error) => failures.push(error));
  throwFailures(failures, 'Dead letters could not be handled.');
  return results;
}

type TakenLetter = DeadLetter & { readonly of: string };

async function takeAll({ queues, onStep }: RedriveRequest): Promise<TakenLetter[]> {
  const taken: TakenLetter[] = [];
  for (const [of, queue] of Object.entries(queues)) {
    onStep(`Reading the dead letters of the ${of}`);
    taken.push(...(await queue.take()).map((letter) => ({ of, ...readDeadLetter(letter) })));
  }
  return taken;
}

async function handle(request: RedriveRequest, letter: TakenLetter): Promise<RedrivenLetter> {
  const { queues, action, ids, onStep } = request;
  const queue = queues[letter.of];
  const kept = { ...letter, result: 'kept', error: null } as const;
  if (action === 'show' || queue === undefined || (ids !== null && !ids.includes(letter.id))) return kept;
  if (action === 'replay') {
    if (letter.payload === undefined) return { ...letter, result: 'failed', error: 'It holds no event to replay.' };
    onStep(`Replaying ${letter.subject}`);
    const error = await queue.replay(letter);
    if (error !== null) return { ...letter, result: 'failed', error };
    await queue.remove(letter.id).catch((failure: unknown) => {
      throw stillThere(letter, failure);
    });
    return { ...letter, result: 'replayed', error: null };
  }
  await queue.remove(letter.id);
  return { ...letter, result: 'dropped', error: null };
}

function asFailed(letter: TakenLetter, error: unknown): RedrivenLetter {
  if (!isWorkerError(error)) throw error;
  return { ...letter, result: 'failed', error: [error.what, error.why].filter(Boolean).join(' ') };
}

/** Another replay would do the work again. */
function stillThere({ id }: TakenLetter, cause: unknown): WorkerError {
  return new WorkerError({
    code: 'AWS_REQUEST_FAILED',
    what: 'The function has handled it, but the letter could not be removed: drop it, do not replay it again.',
    why: isWorkerError(cause) ? [cause.what, cause.why].filter(Boolean).join(' ') : errorMessage(cause),
    remedy: `Type: npx kiro-worker redrive --drop ${id}`,
    cause,
  });
}

function checkIds(ids: readonly string[] | null, letters: readonly DeadLetter[]): void {
  const unknown = (ids ?? []).filter((id) => !letters.some((letter) => letter.id === id));
  if (unknown.length === 0) return;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: 'No dead letter has these ids; nothing was dropped or replayed:',
    problems: unknown,
    remedy: 'List the letters with "kiro-worker redrive"; another operator may have dealt with them.',
  });
}
