import path from 'node:path';
import type { Git } from '../git-process.ts';
import type { PathBytes } from '../path-bytes.ts';
import { fetchContents, type LfsStore, type Pointers, putContents } from './lfs.ts';

/** Contents that Git LFS keeps, of one repository or several, fetched once each. */
export class LfsContents {
  readonly #privateDirectory: string;
  readonly #open: (gitDirectory: string) => Promise<Git>;
  readonly #stores = new Map<string, { store: LfsStore; has: Set<string> }>();

  constructor(options: { privateDirectory: string; open: (gitDirectory: string) => Promise<Git> }) {
    this.#privateDirectory = options.privateDirectory;
    this.#open = options.open;
  }

  /** Fetches what these pointers of the repository at `url` stand for. Returns why some of it is not there, null when git-lfs fetched
   *  all. */
  async fetch(url: string, pointers: Pointers): Promise<string | null> {
    const { store, has } = await this.#storeOf(url);
    const missing = new Map([...pointers].filter(([, wanted]) => wanted !== null && !has.has(wanted.oid)));
    if (missing.size === 0) return null;
    const why = await fetchContents(store, { pointers: missing, url });
    if (why === null) for (const wanted of missing.values()) has.add(wanted?.oid ?? '');
    return why;
  }

  /** Puts what was fetched in the place of its pointers in a private folder. Returns the paths. */
  async put(url: string, { pointers, folder }: { pointers: Pointers; folder: string }): Promise<Set<PathBytes>> {
    const { store } = await this.#storeOf(url);
    return putContents(store, { pointers, folder, privateDirectory: this.#privateDirectory });
  }

  async #storeOf(url: string) {
    const known = this.#stores.get(url);
    if (known !== undefined) return known;
    const gitDirectory = path.join(this.#privateDirectory, `lfs-${this.#stores.size}`);
    const opened = { store: { git: await this.#open(gitDirectory), gitDirectory }, has: new Set<string>() };
    this.#stores.set(url, opened);
    return opened;
  }
}
