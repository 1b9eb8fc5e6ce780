import { once } from 'node:events';
import http, { createServer } from 'node:http';
import { expect } from 'chai';
import { listenOnLoopback } from '../../fakes/loopback-server.ts';
import { noProxyForNode } from './no-proxy.ts';

describe('NO_PROXY for Node', () => {
  let proxy: Awaited<ReturnType<typeof listenOnLoopback>>;
  before(async () => {
    proxy = await listenOnLoopback(createServer((_, outgoing) => void outgoing.end('by the proxy')));
  });
  after(() => proxy.close());

  /** Whether Node sends a request to the proxy, which answers; tests can reach nothing else, and port 9 is closed. */
  const goesThroughProxy = async (host: string, noProxy: string | undefined) => {
    const agent = new http.Agent({ proxyEnv: { HTTP_PROXY: proxy.url, NO_PROXY: noProxyForNode(noProxy) } });
    try {
      const [answer] = await once(http.get({ host, port: 9, agent }), 'response');
      answer.resume();
      return true;
    } catch (error) {
      expect(String(error)).to.match(/A test tried to reach|ECONNREFUSED/);
      return false;
    }
  };

  for (const [noProxy, direct, proxied] of [
    ['corp.example', ['corp.example', 'github.corp.example'], ['example', 'notcorp.example']],
    ['.corp.example', ['github.corp.example'], ['corp.example.org']],
    ['*.corp.example', ['github.corp.example'], ['github.example']],
    ['a.example b.example,\tC.example.', ['a.example', 'b.example', 'c.example'], ['d.example']],
    ['127.0.64.0/18', ['127.0.64.1', '127.0.127.254'], ['127.0.128.1', '127.0.63.255']],
    ['127.0.1.7/32', ['127.0.1.7'], ['127.0.1.8']],
    ['nonsense/x, 10.0.0.0/8', [], ['127.0.1.7']],
    ['*', ['any.example'], []],
    [undefined, ['127.0.0.1', 'localhost'], ['any.example']],
  ] as const) {
    it(`is read as curl reads it: ${JSON.stringify(noProxy)}`, async () => {
      for (const host of direct) expect(await goesThroughProxy(host, noProxy), host).to.equal(false);
      for (const host of proxied) expect(await goesThroughProxy(host, noProxy), host).to.equal(true);
    });
  }

  it('always has the addresses at which a machine finds its own credentials', () => {
    expect(noProxyForNode('corp.example').split(',')).to.include.members(['169.254.169.254', '169.254.170.2']);
  });
});
