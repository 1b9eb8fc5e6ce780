import { type ClientContext, client, methods, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';
import { decidePermission, readPermission } from '../../../core/agent/acp/permission.ts';
import type { AcpSession } from '../../../core/agent/acp/session.ts';
import { sessionSettings, type UnknownSetting } from '../../../core/agent/acp/session-options.ts';
import type { Stage, TurnEnd } from '../../../core/agent/acp/verdict.ts';
import { type Fields, fields, oneLine, text } from '../../../core/json-lines.ts';
import type { MessageStream } from './message-stream.ts';
import { isInWorkspace } from './workspace-paths.ts';

/** JSON-RPC code of ACP for "authentication required". */
const AUTH_REQUIRED = -32000;

export interface Conversation {
  readonly messages: MessageStream;
  readonly session: AcpSession;
  readonly cwd: string;
  /** Null: the conversation ends when the session is there and set. */
  readonly prompt: string | null;
  readonly model?: string | undefined;
  readonly effort?: string | undefined;
  /** Rejects whatever it asks for. */
  readonly allowsNothing: boolean;
}

/** Leads one conversation: initialize, session, settings, prompt. Offers neither files nor terminals, so that an agent works with what
 *  the sandbox gives it. Returns how its turn ended; null where the agent was gone before. */
export async function converse(conversation: Conversation): Promise<TurnEnd> {
  const { messages, session } = conversation;
  let stage: Stage = 'initialize';
  const app = client({ name: 'kiro-codebuild-worker' }).onRequest(
    methods.client.session.requestPermission,
    (params: unknown) => params,
    ({ params }) => answerPermission(conversation, params),
  );
  try {
    return await app.connectWith(messages.stream, (agent) =>
      lead(conversation, {
        agent,
        enter: (next) => {
          stage = next;
        },
      }),
    );
  } catch (error) {
    if (error instanceof SettingUnknown) return { kind: 'error', stage, code: null, message: error.message };
    if (!(error instanceof RequestError)) return null;
    const message = [error.message, detailsOf(error.data)].filter((part) => part !== '').join(': ');
    session.state(`error ${error.code}: ${message}`);
    return { kind: 'error', stage, code: error.code, message };
  }
}

interface Lead {
  readonly agent: ClientContext;
  readonly enter: (stage: Stage) => void;
}

async function lead(conversation: Conversation, { agent, enter }: Lead): Promise<TurnEnd> {
  const { session, cwd, prompt } = conversation;
  const passed = startStopwatch();
  const greeting: unknown = await agent.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    clientInfo: { name: 'kiro-codebuild-worker', version: '1' },
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
  });
  const { protocolVersion, authMethods, agentInfo } = fields(greeting);
  const { name, version } = fields(agentInfo);
  session.state(`initialize: ${passed()} ms, ${text(name) ?? 'an agent without a name'} ${text(version) ?? ''}`);
  if (protocolVersion !== PROTOCOL_VERSION)
    throw new SettingUnknown(
      `It speaks version ${oneLine(String(protocolVersion), 20)} of the protocol, not ${PROTOCOL_VERSION}.`,
    );
  enter('session');
  const opened = await openSession(agent, { cwd, authMethods });
  const sessionId = text(fields(opened).sessionId);
  if (sessionId === null) throw new SettingUnknown('Its answer names no session.');
  session.state(`session: ${passed()} ms`);
  enter('setting');
  const { settings, unknown } = sessionSettings(opened, conversation);
  const [first] = unknown;
  if (first !== undefined) throw new SettingUnknown(describeUnknown(first));
  for (const { method, params } of settings) await agent.request(method as string, { sessionId, ...params });
  if (prompt === null) return { kind: 'stopped', stopReason: 'end_turn' };
  enter('prompt');
  const answer: unknown = await agent.request(methods.agent.session.prompt, {
    sessionId,
    prompt: [{ type: 'text', text: prompt }],
  });
  session.turnEnded(answer);
  const stopReason = text(fields(answer).stopReason) ?? 'none';
  session.state(`turn: ${passed()} ms, ${stopReason}, ${session.tokens() ?? 'unknown'} tokens`);
  return { kind: 'stopped', stopReason };
}

/** Returns what tells the time since it was asked last. */
function startStopwatch(): () => number {
  let since = performance.now();
  return () => {
    const before = since;
    since = performance.now();
    return Math.round(since - before);
  };
}

/** Some agents take a key that lies in their environment only once they are told to. */
async function openSession(
  agent: ClientContext,
  { cwd, authMethods }: { cwd: string; authMethods: unknown },
): Promise<unknown> {
  const open = (): Promise<unknown> => agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
  try {
    return await open();
  } catch (error) {
    const methodId = keyMethodIn(authMethods);
    if (!(error instanceof RequestError) || error.code !== AUTH_REQUIRED || methodId === null) throw error;
    await agent.request(methods.agent.authenticate, { methodId });
    return open();
  }
}

/** The way to log in that needs no person. */
function keyMethodIn(authMethods: unknown): string | null {
  const offered = Array.isArray(authMethods) ? authMethods.map(fields) : [];
  const byKey = (method: Fields) => method.type === 'env_var' || /api.?key/i.test(text(method.id) ?? '');
  return text(offered.find(byKey)?.id);
}

function answerPermission({ session, cwd, allowsNothing }: Conversation, params: unknown) {
  const asked = readPermission(params, session.toolCall(params));
  const decision = decidePermission(asked, { isInWorkspace: (named) => isInWorkspace(cwd, named), allowsNothing });
  session.decided(params, decision);
  if (decision.kind === 'cancelled') return { outcome: { outcome: 'cancelled' as const } };
  return { outcome: { outcome: 'selected' as const, optionId: decision.optionId } };
}

/** Something that the agent answered is not what the worker can work with. */
class SettingUnknown extends Error {}

function describeUnknown({ name, value, offered }: UnknownSetting): string {
  if (offered.length > 0) return `It knows no ${name} "${value}"; it offers: ${offered.slice(0, 20).join(', ')}.`;
  return `It lets nobody set the ${name} in a session: put it under the agent's own variable into agent.environment.`;
}

function detailsOf(data: unknown): string {
  if (data === undefined || data === null) return '';
  return oneLine(typeof data === 'string' ? data : JSON.stringify(data), 1_000);
}
