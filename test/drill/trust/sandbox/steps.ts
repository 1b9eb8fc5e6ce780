import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { needsIsolation } from '../machine.ts';
import { inSandbox } from './bench.ts';
import { DEEP } from './leave.ts';

/** Scripts of the shell that a step runs to reach the next one; it starts in the workspace, and `$0` is a word of its own. */
const LEFT: Readonly<Record<string, string>> = {
  'npmrc-in-the-home': 'echo script-shell=/x > ~/.npmrc',
  'git-configuration-in-the-home': 'printf "[core]\\n\\tfsmonitor = /x\\n" > ~/.gitconfig',
  'start-of-the-shell': 'echo "exit 0" > ~/.bashrc; echo "exit 0" > ~/.profile',
  'ignored-file': 'mkdir -p build && echo x > "build/$0"',
  'changed-package': 'echo forged > node_modules/helper/index.js',
  'package-of-an-installed-user': 'echo forged > ~/.store/package',
  'second-name-of-a-package': 'ln node_modules/helper/index.js "$0" && echo forged > "$0"',
  'second-name-in-the-home': 'ln node_modules/helper/index.js ~/"$0" && echo forged > ~/"$0"',
  'link-for-a-package': 'rm -r node_modules/helper && ln -s /etc node_modules/helper',
  'closed-folders': 'mkdir -p "$0/inner" && chmod 0 "$0/inner" && chmod 500 "$0" && chmod 0 node_modules/helper',
  'removed-packages': 'rm -rf node_modules ~/.store',
  'git-of-the-workspace': 'mkdir -p .git/hooks && echo x > .git/hooks/pre-commit',
  'pipes-and-sockets': 'mkfifo "$0" ~/"$0"',
  'names-that-are-not-utf8': 'echo x > "$0$(printf "\\351")"; echo x > ~/"$(printf "\\351")"',
  'folders-too-deep': DEEP,
};

const INSTALL = `mkdir -p node_modules/helper build ~/.store && echo installed > node_modules/helper/index.js && echo installed > ~/.store/package && ln -s node_modules/helper link && mkdir .git && echo x > .git/config`;
/** Everything of workspace and home: names as bytes, kinds, rights, sizes; and the contents of what was installed. */
const LIST = `find . ~ -printf '%p %y %m %s %l %n\\n' | LC_ALL=C sort | cat -A; cat node_modules/helper/index.js ~/.store/package`;

async function expectCleanStep(trial: Trial, script: string): Promise<void> {
  await inSandbox(trial, {}, async ({ sandbox, folder, run }) => {
    const workspace = path.join(folder, 'run', 'workspace');
    const privateDirectory = path.join(folder, 'run', 'private');
    mkdirSync(workspace);
    mkdirSync(privateDirectory, { mode: 0o700 });
    const installation = trial.parts.createInstallation({
      privateDirectory,
      workspace,
      home: sandbox.home,
      grant: sandbox.grant,
    });
    const step = async (command: string) => {
      const { exitCode, stdoutTail, stderrTail } = await run(['sh', '-ec', command, trial.random.word()], {
        cwd: workspace,
      });
      if (exitCode !== 0) throw new Error(`the step failed: ${stderrTail}`);
      return stdoutTail;
    };
    try {
      await installation.begin();
      await sandbox.grant(workspace);
      await step(INSTALL);
      await installation.seal(3);
      await installation.open();
      const installed = await step(LIST);
      await step(script);
      if ((await step(`${LIST} 2>&1 || true`)) !== installed) trial.strike();
      for (const nth of ['second', 'third']) {
        await installation.open();
        const found = await step(LIST);
        trial.check(found === installed, `the ${nth} step finds something else: ${difference(installed, found)}`);
      }
    } finally {
      await sandbox.end();
      await installation.close();
    }
  });
}

function difference(before: string, after: string): string {
  const [one, other] = [before.split('\n'), after.split('\n')];
  return [...one.filter((line) => !other.includes(line)), ...other.filter((line) => !one.includes(line))]
    .slice(0, 4)
    .join('; ');
}

export const STEPS: readonly Attempt[] = attemptsOf('next-step', {
  rows: LEFT,
  perform: expectCleanStep,
  obstacle: needsIsolation,
});
