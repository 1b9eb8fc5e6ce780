import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { buildFunctionBundles } from '../../../src/adapters/bundle/function-bundles.ts';
import { STACK_IDS } from '../../../src/stacks/stack-names.ts';
import type { Clone } from './clone.ts';
import { makeClone } from './clone.ts';
import { bareEnvironment, type Finished, runProgram } from './program.ts';
import { pythonTool } from './tools.ts';

describe('sam build on a clean clone', function () {
  this.timeout(300_000);
  let clone: Clone;

  before(async () => {
    clone = await makeClone();
  });
  after(() => clone?.remove());

  const built = [
    { args: [], folder: '.aws-sam/build', what: 'the root template' },
    { args: ['-t', 'templates/poller.yaml'], folder: '.aws-sam/build', what: 'the template of the poller alone' },
    {
      args: ['--config-env', 'production-poller'],
      folder: '.aws-sam/production-poller',
      what: 'the poller of production',
    },
  ];
  for (const { args, folder, what } of built) {
    it(`bundles both functions as the release does: ${what}`, async () => {
      const { code, stdout, stderr } = await sam(clone, ['build', ...args]);
      expect(code, `${stdout}${stderr}`).to.equal(0);
      const bundles = await buildFunctionBundles();
      for (const [name, id] of [
        ['poller', 'PollerFunction'],
        ['finalizer', 'FinalizerFunction'],
      ] as const) {
        const code = await readFile(path.join(clone.folder, folder, id, 'handler.mjs'));
        expect(code.equals(Buffer.from(bundles[name])), `${what}: ${name}`).to.equal(true);
      }
    });
  }

  it('builds the stacks without functions too, each into a folder of its own', async () => {
    for (const id of STACK_IDS.filter((one) => one !== 'Poller').map((one) => one.toLowerCase())) {
      const { code, stdout, stderr } = await sam(clone, ['build', '--config-env', `test-${id}`]);
      expect(code, `${stdout}${stderr}`).to.equal(0);
      expect(await readFile(path.join(clone.folder, `.aws-sam/test-${id}/template.yaml`), 'utf8')).to.include(
        'Kiro worker',
      );
    }
  });
});

/** Offline (every proxy is dead), and no esbuild and no Node of the repository on the PATH: only what a user has who installed SAM CLI and ran `npm ci`. */
async function sam({ folder }: Clone, args: readonly string[]): Promise<Finished> {
  const programs = await pythonTool('sam-cli');
  const { PATH = '', ...env } = bareEnvironment([programs]);
  const withoutOurs = PATH.split(':').filter((entry) => !entry.includes('node_modules'));
  return runProgram([path.join(programs, 'sam'), ...args], {
    cwd: folder,
    env: { ...env, ...OFFLINE, PATH: withoutOurs.join(':') },
  });
}

const DEAD_PROXY = 'http://127.0.0.1:9';
const OFFLINE = { HTTP_PROXY: DEAD_PROXY, HTTPS_PROXY: DEAD_PROXY, ALL_PROXY: DEAD_PROXY, npm_config_offline: 'true' };
