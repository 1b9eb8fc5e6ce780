import type { ViewContext } from './view.ts';

/** placeholder */
export async function answerPage({ state }: ViewContext, path: string) {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `${state.viewer}${path.length}`,
  };
}
