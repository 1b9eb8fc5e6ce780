import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream';

/** Puts servers of this machine's loopback within reach of functions in containers: their addresses and a unix socket for
 *  each port go into the folder of each function's code, where the base image looks (lambda/bootstrap). Returns how to end it. */
export async function placeStandIns(
  folders: readonly string[],
  addresses: Readonly<Record<string, string>>,
): Promise<() => void> {
  const ports = new Set(Object.values(addresses).map((url) => Number(new URL(url).port)));
  const lines = Object.entries(addresses).map(([name, url]) => `${name}='${url}'\n`);
  const servers: Server[] = [];
  for (const folder of folders.map((one) => path.join(one, 'sockets'))) {
    await mkdir(folder);
    await writeFile(path.join(folder, 'endpoints'), lines.join(''));
    for (const port of ports) servers.push(await forward(path.join(folder, String(port)), port));
  }
  return () => {
    for (const server of servers) server.close();
  };
}

async function forward(socket: string, port: number): Promise<Server> {
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    pipeline(from, to, from, () => {});
  });
  await once(server.listen(socket), 'listening');
  return server;
}
