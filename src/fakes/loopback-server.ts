import type { IncomingMessage, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';

export interface LoopbackServer {
  /** `http://127.0.0.1:port`, or https. */
  readonly url: string;
  /** Ends every connection and resolves when the port is free. */
  close(): Promise<void>;
}

/** Lets a server listen on a free port of 127.0.0.1, where no other machine can reach it. */
export async function listenOnLoopback(server: Server | TlsServer): Promise<LoopbackServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return {
    url: `${'setSecureContext' in server ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Reads the whole body of a request as UTF-8. */
export async function readText(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of message.setEncoding('utf8')) text += part;
  return text;
}
