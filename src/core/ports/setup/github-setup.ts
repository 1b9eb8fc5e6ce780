import type { BoardAddress } from '../../setup/board-address.ts';

export interface DesignedOption {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

export interface DesignedField {
  readonly id: string;
  readonly name: string;
  /** GitHub's data type, such as TEXT or SINGLE_SELECT. */
  readonly dataType: string;
  /** Null for a field that has none. */
  readonly options: readonly DesignedOption[] | null;
}

/** How a board is made, without its cards. */
export interface BoardDesign {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly fields: readonly DesignedField[];
  /** `owner/name` of the repositories that are linked to it. */
  readonly repositories: readonly string[];
  /** The token may change it. */
  readonly canUpdate: boolean;
}

/** What setting up asks of GitHub, and does to a board. */
export interface GitHubSetup {
  /** Login of the token's account, null where the token belongs to none (GitHub Apps). */
  viewer(): Promise<string | null>;
  /** Throws BOARD_NOT_FOUND. */
  design(board: BoardAddress): Promise<BoardDesign>;
  /** Throws GITHUB_REFUSED. */
  addTextField(boardId: string, name: string): Promise<void>;
  /** Adds options at the end; those that are there stay as they are, with the cards in them. Throws GITHUB_REFUSED, also where the server
   *  would make the present ones anew. */
  addOptions(field: DesignedField, names: readonly string[]): Promise<void>;
}

/** Whether credentials may push to a repository, by the git server's own word. */
export type PushAnswer =
  | { readonly kind: 'may-push' }
  | { readonly kind: 'refused' | 'not-found' | 'unauthorized' | 'no-answer'; readonly said: string };

export type AskPush = (request: {
  /** `owner/name`. */
  readonly repository: string;
  readonly credentials: { readonly username: string; readonly password: string };
}) => Promise<PushAnswer>;
