import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareEnvironment } from './program.ts';
import { pythonTool } from './tools.ts';

export interface Ministack {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts the emulator on 127.0.0.1, without the listeners that it would open on all interfaces. */
export async function startMinistack(): Promise<Ministack> {
  const programs = await pythonTool('ministack');
  const port = await freePort();
  const child = spawn(path.join(programs, 'python'), ['-m', 'ministack'], {
    env: {
      ...bareEnvironment([path.dirname(process.execPath)]),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      MINISTACK_REGION: 'us-east-1',
    },
    stdio: ['ignore', 'ignore', 'ignore'],
    detached: true,
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    const exit = once(child, 'exit');
    // Its functions are processes of its group.
    process.kill(-child.pid, 'SIGTERM');
    const killed = sleep(5_000, undefined, { ref: false }).then(() => process.kill(-(child.pid ?? 0), 'SIGKILL'));
    await Promise.race([exit, killed]);
  };
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`ministack ended with ${child.exitCode} before it listened.`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => null);
    if (answer?.ok) return { endpoint, stop };
    await sleep(100);
  }
  await stop();
  throw new Error('ministack did not listen within 30 seconds.');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
