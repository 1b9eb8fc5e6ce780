#!/usr/bin/env node
/** A stand-in for kiro-cli that needs no account: it knows the tasks of the example spec and really edits the files.
 *  It speaks the same protocol: prompt on standard input, stream-json on standard output. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { KNOWN_TASKS } from './known-tasks.mjs';

const TEMPLATES = join(dirname(fileURLToPath(import.meta.url)), 'templates');
const DEFAULT_DELAY_MS = 150;
const SESSION = 'sess_demo';

const [command, ...options] = process.argv.slice(2);
process.exitCode = await main();

async function main() {
  const key = process.env.KIRO_API_KEY ?? '';
  if (command === '--version') return say('kiro-cli 3.0.0 (demo)');
  if (command === 'whoami') {
    if (key === '') return say(JSON.stringify({ account: null }), 1);
    return say(JSON.stringify({ accountType: 'ApiKey', email: null }));
  }
  if (command !== 'chat') return say(`error: unrecognized subcommand '${command ?? ''}'`, 2, process.stderr);
  if (options.includes('--list-models')) {
    return say(JSON.stringify({ models: [{ model_id: 'demo', rate_multiplier: 1 }], default_model: 'demo' }));
  }
  // The real one also ends with 0 here.
  if (key === '') return say('error: authentication failed, the API key is missing', 0, process.stderr);
  return implement(await readInput());
}

async function implement(prompt) {
  record('runStarted', { engine: options.includes('--v2') ? 'v2' : 'v3', payloadSchema: 'acp', acpProtocolVersion: 1 });
  const task = KNOWN_TASKS.find(({ title }) => taskOf(prompt).includes(title));
  if (!task) {
    record('runError', { stage: 'prompt', message: 'The demo agent knows the tasks of the example spec only.' });
    return 1;
  }
  await talk(`I read the spec and start with "${task.title}".\n`);
  for (const path of task.reads)
    await useTool({ title: 'Read File', kind: 'read', path }, () => readFile(path, 'utf8'));
  for (const [path, template] of Object.entries(task.writes)) {
    await useTool({ title: 'Write File', kind: 'edit', path }, () => copyTemplate(template, path));
  }
  for (const { path, after, text } of task.inserts ?? []) {
    await useTool({ title: 'Edit File', kind: 'edit', path }, () => insertAfter(path, after, text));
  }
  await talk(task.summary);
  const promptTurnSummaries = [{ usage: task.credits, unit: 'credit', usedTools: ['read_file', 'write_file'] }];
  update({ sessionUpdate: 'session_info_update', _meta: { kiro: { kind: 'turn_completion', promptTurnSummaries } } });
  record('runFinished', {
    status: 'success',
    stopReason: 'end_turn',
    finalText: task.summary,
    finalTextTruncated: false,
  });
  return 0;
}

/** The task's own part of the prompt, so that the names of other tasks do not count. */
function taskOf(prompt) {
  return /<task>\n([\s\S]*?)\n<\/task>/.exec(prompt)?.[1] ?? prompt;
}

async function useTool({ title, kind, path }, action) {
  const toolCallId = randomUUID();
  update({ sessionUpdate: 'tool_call', toolCallId, title, kind, status: 'pending', locations: [{ path }] });
  await pause();
  await action();
  update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed' });
}

async function talk(text) {
  await pause();
  for (const piece of text.match(/[\s\S]{1,40}/g) ?? []) {
    update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: piece } });
  }
}

async function copyTemplate(template, path) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await readFile(join(TEMPLATES, template)));
}

async function insertAfter(path, after, text) {
  const content = await readFile(path, 'utf8');
  if (content.includes(text)) return;
  const at = content.indexOf(after);
  const end = at === -1 ? content.length : at + after.length;
  await writeFile(path, content.slice(0, end) + text + content.slice(end));
}

function update(value) {
  record('sessionUpdate', { sessionId: SESSION, update: value });
}

function record(type, data) {
  process.stdout.write(`${JSON.stringify({ type, data })}\n`);
}

function pause() {
  const wanted = Number(process.env.KIRO_DEMO_DELAY_MS ?? DEFAULT_DELAY_MS);
  return sleep(Number.isFinite(wanted) ? wanted : DEFAULT_DELAY_MS);
}

async function readInput() {
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  return text;
}

function say(text, code = 0, stream = process.stdout) {
  stream.write(`${text}\n`);
  return code;
}
