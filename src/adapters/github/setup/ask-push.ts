import { errorMessage } from '../../../core/errors.ts';
import type { AskPush, PushAnswer } from '../../../core/ports/setup/github-setup.ts';

const TIMEOUT_MS = 15_000;

/** Makes what asks the git server whether credentials may push: as a push begins (git's http-protocol, "Smart Service git-receive-pack"),
 *  without sending anything. Whatever is no clear answer is `no-answer`. */
export function createAskPush({ serverUrl }: { serverUrl: string }): AskPush {
  return async ({ repository, credentials: { username, password } }) => {
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    try {
      const response = await fetch(`${serverUrl}/${repository}.git/info/refs?service=git-receive-pack`, {
        headers: { authorization: `Basic ${basic}`, 'user-agent': 'git/kiro-codebuild-worker' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const type = response.headers.get('content-type') ?? '';
      if (response.ok && type === 'application/x-git-receive-pack-advertisement') {
        await response.body?.cancel();
        return { kind: 'may-push' };
      }
      return { kind: KINDS.get(response.status) ?? 'no-answer', said: `${response.status} ${await words(response)}` };
    } catch (error) {
      return { kind: 'no-answer', said: errorMessage(error) };
    }
  };
}

const KINDS: ReadonlyMap<number, Exclude<PushAnswer['kind'], 'may-push'>> = new Map([
  [401, 'unauthorized'],
  [403, 'refused'],
  [404, 'not-found'],
]);

/** A page is for browsers. */
async function words(response: Response): Promise<string> {
  const text = (await response.text()).trim().slice(0, 200);
  return text.startsWith('<') ? response.statusText : text;
}
