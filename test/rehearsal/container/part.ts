import { mochaPart } from '../../../scripts/dev/rehearsal/mocha-part.ts';
import type { Part } from '../../../scripts/dev/rehearsal/part.ts';
import { missingPython } from '../stacks/tools.ts';
import { missingToolChains } from './tool-chains.ts';

const part = mochaPart({
  name: 'container',
  shows:
    "the release's whole build in a container in CodeBuild's shape, with two versions of each tool chain; `sam local invoke` of both functions",
  globs: ['test/rehearsal/container/*.rehearsal.ts'],
  tools: ['git', 'dockerd', 'docker', 'debootstrap', 'ip', 'unshare', 'python3', 'g++', 'make', 'cmake', 'go'],
});

/** Docker and debootstrap want root, and namespaces want Linux. */
export const CONTAINER_PART: Part = {
  ...part,
  missing: async () => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'this part needs root on Debian or Ubuntu';
    return (await part.missing()) ?? (await missingPython()) ?? missingToolChains();
  },
};
