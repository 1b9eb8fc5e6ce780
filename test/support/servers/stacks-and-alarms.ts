import { createServer } from 'node:http';
import { listenOnLoopback, readText } from '../../../src/fakes/loopback-server.ts';

export interface StacksAndAlarms {
  /** For AWS_ENDPOINT_URL_CLOUDFORMATION and AWS_ENDPOINT_URL_CLOUDWATCH. */
  readonly url: string;
  /** Status by the name of a stack; others do not exist. */
  readonly stacks: Map<string, string>;
  /** State by the name of an alarm. */
  readonly alarms: Map<string, string>;
  /** Minima of the metric that is asked for. */
  readonly minima: number[];
  /** Refuses everything that an operation of this name asks for. */
  readonly forbidden: Set<string>;
  close(): Promise<void>;
}

/** Starts DescribeStacks of CloudFormation, and DescribeAlarms and GetMetricStatistics of CloudWatch, on 127.0.0.1. */
export async function startStacksAndAlarms(): Promise<StacksAndAlarms> {
  const parts = {
    stacks: new Map<string, string>(),
    alarms: new Map<string, string>(),
    minima: [] as number[],
    forbidden: new Set<string>(),
  };
  const server = createServer(async (request, response) => {
    const text = await readText(request);
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    if (operation === undefined) {
      const { status, xml } = describeStack(parts, new URLSearchParams(text));
      response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
      return;
    }
    const { status, body } = answerJson(parts, { operation, input: JSON.parse(text) });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  const { url, close } = await listenOnLoopback(server);
  return { url, ...parts, close };
}

type Parts = Pick<StacksAndAlarms, 'stacks' | 'alarms' | 'minima' | 'forbidden'>;

function describeStack({ stacks, forbidden }: Parts, form: URLSearchParams) {
  const name = form.get('StackName') ?? '';
  const status = stacks.get(name);
  if (forbidden.has('DescribeStacks')) return { status: 403, xml: errorXml('AccessDenied', 'not authorized') };
  if (status === undefined)
    return { status: 400, xml: errorXml('ValidationError', `Stack with id ${name} does not exist`) };
  const member = `<StackName>${name}</StackName><StackId>arn:aws:cloudformation:us-east-1:123456789012:stack/${name}/1</StackId><StackStatus>${status}</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime>`;
  return {
    status: 200,
    xml: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>${member}</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  };
}

function errorXml(code: string, message: string): string {
  return `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}

function answerJson(
  { alarms, minima, forbidden }: Parts,
  { operation, input }: { operation: string; input: { AlarmNames?: readonly string[] } },
) {
  if (forbidden.has(operation))
    return { status: 400, body: { __type: 'AccessDeniedException', message: `not authorized to ${operation}` } };
  if (operation === 'GetMetricStatistics')
    return { status: 200, body: { Datapoints: minima.map((Minimum) => ({ Minimum })) } };
  const names = input.AlarmNames ?? [];
  const MetricAlarms = names.flatMap((AlarmName) => {
    const StateValue = alarms.get(AlarmName);
    return StateValue === undefined ? [] : [{ AlarmName, StateValue, StateReason: 'Threshold crossed.' }];
  });
  return { status: 200, body: { MetricAlarms } };
}
