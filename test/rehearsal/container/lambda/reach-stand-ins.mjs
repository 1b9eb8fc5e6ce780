/** Loaded before the runtime client: lets the function reach the servers whose unix sockets came with its code, each at the
 *  port of loopback that the socket is named after. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';

const SOCKETS = '/var/task/sockets';

for (const name of readdirSync(SOCKETS).filter((one) => /^\d+$/.test(one))) {
  const server = createServer((from) => {
    const to = connect(`${SOCKETS}/${name}`);
    pipeline(from, to, from, () => {});
  });
  await once(server.listen(Number(name), '127.0.0.1'), 'listening');
  server.unref();
}
