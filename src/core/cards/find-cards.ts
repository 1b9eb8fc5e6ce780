import type { BoardItem } from '../ports/github.ts';
import { plainName } from './visible-name.ts';

/** Returns the cards that people mean by `name`: an item id, an address, `7` or `#7`, a title, or a branch, in any case; a
 *  name that fits exactly is preferred. */
export function findCards(items: readonly BoardItem[], name: string): BoardItem[] {
  const exact = items.filter((item) => namesOf(item).includes(name));
  if (exact.length > 0) return exact;
  if (plainName(name) === '') return [];
  return items.filter((item) => namesOf(item).some((known) => plainName(known) === plainName(name)));
}

function namesOf({ id, title, branchField, content }: BoardItem): string[] {
  const names = [id, title, branchField ?? ''];
  if (content) {
    names.push(content.url, String(content.number), `#${content.number}`);
    names.push(
      ...content.pullRequests.map(({ headRef }) => headRef),
      ...content.linkedBranches.map((branch) => branch.name),
    );
  }
  return names.map((known) => known.trim()).filter((known) => known !== '');
}
