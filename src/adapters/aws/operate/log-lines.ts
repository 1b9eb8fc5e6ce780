import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogLine, LogLines, LogQuery } from '../../../core/ports/operate/log-lines.ts';
import { awsFailure } from '../aws-failure.ts';

/** Returns the logs of CloudWatch Logs; a log is a log group, its parts are log streams. */
export function createLogLines({ client }: { client: CloudWatchLogsClient }): LogLines {
  return {
    async read(query) {
      const lines: LogLine[] = [];
      try {
        for await (const { events = [] } of paginateFilterLogEvents({ client }, inputOf(query)))
          lines.push(...events.map(lineOf));
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return [];
        throw awsFailure(`The log ${query.log} could not be read.`, error);
      }
      return lines.sort((a, b) => a.atMs - b.atMs);
    },
  };
}

function inputOf({ log, sinceMs, stream, messages }: LogQuery) {
  return {
    logGroupName: log,
    startTime: sinceMs,
    ...(stream === undefined ? {} : { logStreamNames: [stream] }),
    ...(messages === undefined
      ? {}
      : { filterPattern: `{ ${messages.map((text) => `$.message = ${JSON.stringify(text)}`).join(' || ')} }` }),
  };
}

function lineOf({ eventId = '', timestamp = 0, logStreamName = '', message = '' }: FilteredLogEvent): LogLine {
  return { id: eventId, atMs: timestamp, stream: logStreamName, text: message.trimEnd() };
}
