import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'chai';
import { createGitScene } from '../../../test/support/scenes/git.ts';
import { createKnownSecrets } from '../../core/secrets/known-secrets.ts';
import { listenOnLoopback } from '../../fakes/loopback-server.ts';
import { requestLimits, transferLimits } from '../aws/request-limits.ts';
import { useMachineNetwork } from './machine-network.ts';
import { javaNetwork, networkVariables, PROXY_VARIABLES, proxySecrets } from './machine-variables.ts';
import { untrustedEnvironment } from './untrusted-environment.ts';

const AUTHORIZATION = `Basic ${Buffer.from('robin:s3cret-of-the-proxy').toString('base64')}`;

/** A proxy for plain http, as curl and Node use one: whole addresses in the request line. */
async function startProxy() {
  const seen: { url: string; authorization: string | undefined }[] = [];
  const server: Server = createServer((incoming: IncomingMessage, outgoing) => {
    const authorization = incoming.headers['proxy-authorization'];
    if (authorization === undefined) {
      outgoing.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' });
      return void outgoing.end();
    }
    seen.push({ url: incoming.url ?? '', authorization });
    const { hostname, port, pathname, search } = new URL(incoming.url ?? '');
    const { method = 'GET', headers } = incoming;
    const onward = request({ host: hostname, port, path: `${pathname}${search}`, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  // Node asks for a tunnel, and finds the answer of any host in it.
  server.on('connect', (incoming: IncomingMessage, socket) => {
    seen.push({ url: incoming.url ?? '', authorization: incoming.headers['proxy-authorization'] });
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.once('data', () =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 12\r\nconnection: close\r\n\r\nby the proxy'),
    );
  });
  return { seen, ...(await listenOnLoopback(server)) };
}

describe('the proxy of the machine', () => {
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  const usual = Object.fromEntries(PROXY_VARIABLES.map((name) => [name, process.env[name]]));
  beforeEach(async () => {
    proxy = await startProxy();
    for (const name of PROXY_VARIABLES) delete process.env[name];
  });
  afterEach(async () => {
    for (const [name, value] of Object.entries(usual)) {
      delete process.env[name];
      if (value !== undefined) process.env[name] = value;
    }
    await proxy.close();
  });

  it('is refused in clear words where it speaks SOCKS, and is no matter where another one is named', () => {
    const socks = 'socks5h://robin:s3cret@proxy:1080';
    for (const name of ['HTTPS_PROXY', 'http_proxy', 'ALL_PROXY']) {
      expect(() => useMachineNetwork({ [name]: socks }))
        .to.throw(/speaks socks5h, which is not supported/)
        .with.property('message')
        .that.does.not.include('s3cret');
    }
    useMachineNetwork({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ALL_PROXY: socks })();
  });

  for (const name of ['http_proxy', 'ALL_PROXY']) {
    it(`is git's way to the server, with its credentials (${name})`, async () => {
      const scene = await createGitScene();
      try {
        process.env[name] = proxy.url.replace('http://', 'http://robin:s3cret-of-the-proxy@');
        expect((await scene.checkout()).head).to.match(/^[0-9a-f]{40}$/);
        expect(proxy.seen.map(({ url }) => new URL(url).pathname)).to.include('/octo/app.git/git-upload-pack');
        expect(new Set(proxy.seen.map(({ authorization }) => authorization))).to.deep.equal(new Set([AUTHORIZATION]));
      } finally {
        await scene.close();
      }
    });
  }

  it("is the way of this process's own requests, but not to this machine", async () => {
    const own = await listenOnLoopback(createServer((_, outgoing) => void outgoing.end('by this machine')));
    const restore = useMachineNetwork({
      HTTP_PROXY: proxy.url.replace('http://', 'http://robin:s3cret-of-the-proxy@'),
    });
    try {
      expect(await (await fetch('http://github.example/x')).text()).to.equal('by the proxy');
      expect(await (await fetch(own.url)).text()).to.equal('by this machine');
    } finally {
      restore();
      await own.close();
    }
    expect(proxy.seen).to.deep.equal([{ url: 'github.example:80', authorization: AUTHORIZATION }]);
  });

  it("is the way of AWS's clients, which are made after it", async () => {
    const restore = useMachineNetwork({
      HTTPS_PROXY: proxy.url.replace('http://', 'http://robin:s3cret-of-the-proxy@'),
    });
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const common = { region: 'us-east-1', credentials, endpoint: 'https://aws.example', maxAttempts: 1 };
    const [ssm, s3] = [
      new SSMClient({ ...requestLimits(), ...common }),
      new S3Client({ ...transferLimits(), ...common }),
    ];
    try {
      // The tunnel ends at the proxy, so that none of them comes to AWS.
      for (const sent of [ssm.send(new GetParameterCommand({ Name: 'x' })), s3.send(new ListBucketsCommand({}))])
        await sent.then(
          () => expect.fail('it answered'),
          () => undefined,
        );
    } finally {
      ssm.destroy();
      s3.destroy();
      restore();
    }
    expect(proxy.seen).to.deep.equal([
      { url: 'aws.example:443', authorization: AUTHORIZATION },
      { url: 'aws.example:443', authorization: AUTHORIZATION },
    ]);
  });

  it('is named when it cannot be used', () => {
    expect(() => useMachineNetwork({ HTTPS_PROXY: 'not an address' }))
      .to.throw(/A proxy of this machine cannot be used/)
      .with.property('code', 'CONFIG_INVALID');
  });

  it('has credentials that no output, no commit and no untrusted program gets', () => {
    const env = { HTTPS_PROXY: 'http://robin:s3cret%2Fx@proxy:8080', all_proxy: 'socks5://proxy:1080' };
    const { redact, values } = createKnownSecrets(proxySecrets(env));
    expect(redact('robin s3cret/x s3cret%2Fx')).to.equal('robin [redacted] [redacted]');
    expect(values()).to.include.members(['s3cret/x', 'robin:s3cret/x']);
    const given = untrustedEnvironment({ home: '/home/u', from: env });
    expect(given).to.include({ all_proxy: 'socks5://proxy:1080' }).and.to.not.have.property('HTTPS_PROXY');
  });
});

describe('the authorities of the machine', () => {
  it('are named when their file has none', () => {
    expect(() => useMachineNetwork({ SSL_CERT_FILE: import.meta.filename }))
      .to.throw(/SSL_CERT_FILE cannot be used.*contains no certificate/s)
      .with.property('code', 'CONFIG_INVALID');
  });
});

describe('what every program of this machine gets', () => {
  it('is proxies, certificates, and of Java’s options those for both', () => {
    const named = {
      https_proxy: 'http://proxy:8080',
      NO_PROXY: 'internal',
      SSL_CERT_FILE: '/ca.pem',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      GIT_SSL_CAINFO: '/ca.pem',
      REQUESTS_CA_BUNDLE: '/ca.pem',
      PIP_CERT: '/ca.pem',
      CURL_CA_BUNDLE: '/ca.pem',
    };
    const JAVA_TOOL_OPTIONS = '-Xmx1g -Djavax.net.ssl.trustStore=/ca.jks -Dhttps.proxyHost=proxy -javaagent:/x.jar';
    const env = { ...named, JAVA_TOOL_OPTIONS, GITHUB_TOKEN: 'x', NODE_OPTIONS: '--require /x.js', HTTP_PROXY: '' };
    const kept = { ...named, JAVA_TOOL_OPTIONS: '-Djavax.net.ssl.trustStore=/ca.jks -Dhttps.proxyHost=proxy' };
    expect(networkVariables(env)).to.deep.equal(kept);
    expect(untrustedEnvironment({ home: '/home/u', from: env })).to.include(kept);
  });

  it('tells Java of the proxies that other programs read, where its own options name none', () => {
    const optionsFor = (env: Record<string, string>) => javaNetwork(env).JAVA_TOOL_OPTIONS;
    expect(
      optionsFor({ HTTPS_PROXY: 'http://proxy:3128/', http_proxy: 'other', NO_PROXY: '.corp, internal:80 10.0.0.0/8' }),
    ).to.equal(
      [
        ...['-Dhttp.proxyHost=other', '-Dhttp.proxyPort=80', '-Dhttps.proxyHost=proxy', '-Dhttps.proxyPort=3128'],
        '-Dhttp.nonProxyHosts=*.corp|internal|*.internal|10.*|localhost|127.*|[::1]',
      ].join(' '),
    );
    expect(optionsFor({ ALL_PROXY: 'socks5://proxy:1080', NO_PROXY: 'a' })).to.equal(undefined);
    expect(optionsFor({ HTTPS_PROXY: 'http://user:password@proxy:3128' })).to.equal(undefined);
    expect(optionsFor({ HTTPS_PROXY: 'http://a b|c -Dx=y' })).to.equal(undefined);
    const JAVA_TOOL_OPTIONS = '-Dhttps.proxyHost=own';
    expect(optionsFor({ HTTPS_PROXY: 'http://proxy:3128', JAVA_TOOL_OPTIONS })).to.equal(JAVA_TOOL_OPTIONS);
  });
});
