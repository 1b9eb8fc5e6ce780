import { isoTime } from '../graphql/view.ts';
import type { Comment, Issue, Item, Project, PullRequest } from '../model.ts';
import { optionNameOf } from '../state.ts';
import { type Html, html } from './html.ts';

const STYLE = {
  html: `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}
.board{display:flex;gap:1rem;overflow-x:auto}.column{flex:1 0 14rem;border:1px solid #8886;border-radius:.5rem;padding:.5rem 1rem}
.column ul{padding-left:1rem}pre{overflow-x:auto;border:1px solid #8886;border-radius:.5rem;padding:.75rem;white-space:pre-wrap}
.diff{white-space:pre}.add{background:#2da44e33}.del{background:#cf222e33}.hunk{color:#0969da}small{opacity:.8}`,
};

/** A whole page with a heading and a way back to the start. */
export function layout(title: string, content: Html | readonly Html[]): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - local GitHub</title><style>${STYLE}</style></head>
<body><p><a href="/">local GitHub</a> <small>a stand-in on this machine; nothing here is on github.com</small></p>
<main><h1>${title}</h1>
${content}
</main></body></html>`;
  return page.html;
}

/** A board with one list per column, and one for cards without a column. */
export function board(project: Project): Html {
  const field = project.fields.find(({ name }) => name === 'Status');
  const cards = project.items.filter((item) => !item.archived).sort((a, b) => a.position - b.position);
  const inColumn = (name: string | null) => cards.filter((item) => (field ? optionNameOf(item, field) : null) === name);
  const column = (title: string, items: readonly Item[]) =>
    html`<section class="column"><h3>${title} <small>${items.length}</small></h3><ul>${items.map(card)}</ul></section>`;
  const named = (field?.options ?? []).map(({ name }) => column(name, inColumn(name)));
  const without = inColumn(null);
  return html`<div class="board">${named}${without.length > 0 ? column('No status', without) : []}</div>`;
}

/** Title as a link, with state and branches. */
export function threadLine(thread: Issue | PullRequest): Html {
  return html`<li>${threadLink(thread)} <small>${describe(thread)}</small></li>`;
}

export function describe(thread: Issue | PullRequest): string {
  const state = thread.state.toLowerCase();
  if (thread.kind === 'issue') return `issue, ${state}`;
  const head =
    thread.headRepository?.id === thread.repository.id
      ? thread.headRef
      : `${thread.headRepository?.fullName ?? 'deleted fork'}:${thread.headRef}`;
  return `${thread.draft ? 'draft, ' : ''}${state}, ${head} into ${thread.baseRef}`;
}

function threadPath({ repository, kind, number }: Issue | PullRequest): string {
  return `/${repository.fullName}/${kind === 'issue' ? 'issues' : 'pull'}/${number}`;
}

/** A comment with author and time; its Markdown is shown as it was written. */
export function commentBlock(comment: Comment): Html {
  return html`<article id="issuecomment-${comment.databaseId}"><h3>${comment.author} <small>${isoTime(comment.updatedAtMs)}</small></h3>
<pre>${comment.body}</pre></article>`;
}

/** A unified diff, line by line. */
export function diffBlock(diff: string): Html {
  const lines = diff.split('\n').map((line) => html`<span class="${lineClass(line)}">${line}</span>\n`);
  return html`<pre class="diff">${lines}</pre>`;
}

function lineClass(line: string): string {
  if (line.startsWith('@@') || line.startsWith('diff ')) return 'hunk';
  if (line.startsWith('+')) return 'add';
  return line.startsWith('-') ? 'del' : '';
}

function card({ content, project, values }: Item): Html {
  if (content === null) return html`<li><em>Not visible to the token</em></li>`;
  const texts = project.fields.flatMap((field) => {
    const value = values.get(field.id);
    return value && 'text' in value ? [`${field.name}: ${value.text}`] : [];
  });
  const title = content.kind === 'draft-issue' ? html`${content.title} <small>(draft)</small>` : threadLink(content);
  return html`<li>${title}${texts.map((text) => html`<br><small>${text}</small>`)}</li>`;
}

function threadLink(thread: Issue | PullRequest): Html {
  return html`<a href="${threadPath(thread)}">#${thread.number} ${thread.title}</a>`;
}
