import * as z from 'zod';

/** A message that nobody could handle, as the queue holds it. */
export interface StoredLetter {
  readonly id: string;
  readonly body: string;
  /** Message attributes by name. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAtMs: number | null;
}

/** What a dead letter says. `payload` is what the function was to get; undefined where the letter holds no event. */
export interface DeadLetter {
  readonly id: string;
  readonly sentAtMs: number | null;
  /** Who gave up: `invoked` when the function failed with it, `not-invoked` when it was never run. */
  readonly stage: 'invoked' | 'not-invoked' | 'unknown';
  readonly cause: string;
  /** What the event was about. */
  readonly subject: string;
  readonly payload: unknown;
}

/** What Lambda writes to the destination of failed events ("Capturing records of Lambda asynchronous invocations"). */
const DestinationRecord = z.looseObject({
  requestContext: z.looseObject({ condition: z.string(), approximateInvokeCount: z.number().optional() }),
  requestPayload: z.unknown(),
  responsePayload: z.looseObject({ errorType: z.string().optional(), errorMessage: z.string().optional() }).nullish(),
});

/** Returns what a letter says: a destination record of Lambda, or an event of EventBridge that tells in its attributes why it could
 *  not be delivered ("Using dead-letter queues to process undelivered events"). */
export function readDeadLetter(letter: StoredLetter): DeadLetter {
  const { id, body, sentAtMs, attributes } = letter;
  const content = parseJson(body);
  const record = DestinationRecord.safeParse(content);
  if (record.success && 'requestPayload' in record.data) {
    const { requestPayload, responsePayload, requestContext } = record.data;
    const { errorType = 'Error', errorMessage } = responsePayload ?? {};
    const cause = errorMessage ? `${errorType}: ${errorMessage}` : requestContext.condition;
    return { id, sentAtMs, stage: 'invoked', cause, subject: subjectOf(requestPayload), payload: requestPayload };
  }
  const isEvent = EventFields.safeParse(content).success;
  const { ERROR_CODE: code, ERROR_MESSAGE: message } = attributes;
  const said = [code, message].filter(Boolean).join(': ');
  return {
    id,
    sentAtMs,
    stage: isEvent && said !== '' ? 'not-invoked' : 'unknown',
    cause: said || 'The letter does not say why.',
    subject: isEvent ? subjectOf(content) : body.slice(0, 200),
    payload: isEvent ? content : undefined,
  };
}

const EventFields = z.looseObject({
  'detail-type': z.string(),
  time: z.string().optional(),
  detail: z.looseObject({ 'build-id': z.string().optional(), 'build-status': z.string().optional() }).optional(),
});

function subjectOf(event: unknown): string {
  const { success, data } = EventFields.safeParse(event);
  if (!success) return JSON.stringify(event)?.slice(0, 200) ?? 'nothing';
  const { time, detail } = data;
  const build = detail?.['build-id'];
  if (build !== undefined)
    return `build ${build.slice(build.indexOf('/') + 1)} ${detail?.['build-status'] ?? ''}`.trim();
  return `${data['detail-type']}${time === undefined ? '' : ` of ${time}`}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
