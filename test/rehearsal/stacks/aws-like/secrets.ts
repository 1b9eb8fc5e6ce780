import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './cloudformation.ts';

interface Exchange {
  readonly operation: string;
  readonly body: Buffer;
  readonly onward: (sent: { body: Buffer; headers?: IncomingHttpHeaders }) => Promise<Answer>;
}

/** The emulator puts "" into a secret that a stack makes; on AWS such a secret has no version at all until somebody writes one. */
export async function emptySecretRule({ operation, body, onward }: Exchange): Promise<Answer> {
  const answer = await onward({ body });
  if (operation !== 'GetSecretValue' && operation !== 'DescribeSecret') return answer;
  if (answer.status !== 200) return answer;
  const found = JSON.parse(answer.body.toString('utf8'));
  if (operation === 'GetSecretValue') return found.SecretString === '' ? noValue(answer) : answer;
  const value = await onward({ body, headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' } });
  if (value.status !== 200 || JSON.parse(value.body.toString('utf8')).SecretString !== '') return answer;
  const { VersionIdsToStages: _, ...empty } = found;
  return { ...answer, body: Buffer.from(JSON.stringify(empty)) };
}

function noValue(answer: Answer): Answer {
  const message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
  const body = JSON.stringify({ __type: 'ResourceNotFoundException', Message: message });
  return { ...answer, status: 400, body: Buffer.from(body) };
}
