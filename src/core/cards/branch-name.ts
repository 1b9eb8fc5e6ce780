/** A branch name that git and GitHub accept and that no command line can mistake for something else. */
export type BranchNameResult =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly reason: string };

/** Longest name in UTF-8 bytes: a ref is a file name of at most 255 bytes, and git adds `.lock` and more while writing. */
const MAX_BRANCH_NAME_BYTES = 244;

/**
 * Returns the branch name, or the first reason why it is not valid. Refuses what `git check-ref-format` refuses for
 * `refs/heads/<name>`, what git could mistake for an option or another ref, and characters that people cannot see.
 * Shell characters such as `$` or `;` stay allowed: git allows them, and names only ever travel in argument arrays.
 */
export function parseBranchName(text: string): BranchNameResult {
  const reason = RULES.find((rule) => rule.refuses(text))?.reason;
  return reason === undefined ? { ok: true, name: text } : { ok: false, reason };
}

interface Rule {
  readonly reason: string;
  readonly refuses: (text: string) => boolean;
}

const RULES: readonly Rule[] = [
  { reason: 'it is empty', refuses: (text) => text === '' },
  {
    reason: `it is longer than ${MAX_BRANCH_NAME_BYTES} bytes`,
    refuses: (text) => text.length > MAX_BRANCH_NAME_BYTES || utf8Bytes(text) > MAX_BRANCH_NAME_BYTES,
  },
  { reason: 'it is not valid Unicode text', refuses: (text) => !text.isWellFormed() },
  { reason: 'it contains a control character or line break', refuses: (text) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) },
  { reason: 'it contains an invisible or text-direction character', refuses: (text) => /\p{Cf}/u.test(text) },
  { reason: 'it begins with "-", which git takes for an option', refuses: (text) => text.startsWith('-') },
  { reason: 'it contains a space', refuses: (text) => text.includes(' ') },
  { reason: 'it contains one of ~ ^ : ? * [ \\', refuses: (text) => /[~^:?*[\\]/.test(text) },
  { reason: 'it contains ".."', refuses: (text) => text.includes('..') },
  { reason: 'it contains "@{"', refuses: (text) => text.includes('@{') },
  { reason: 'it begins or ends with "/"', refuses: (text) => text.startsWith('/') || text.endsWith('/') },
  { reason: 'it contains "//"', refuses: (text) => text.includes('//') },
  { reason: 'it ends with "."', refuses: (text) => text.endsWith('.') },
  { reason: 'a part of it begins with "."', refuses: (text) => /(?:^|\/)\./.test(text) },
  { reason: 'a part of it ends with ".lock"', refuses: (text) => /\.lock(?:\/|$)/.test(text) },
  { reason: 'git takes it for the current commit', refuses: (text) => text === 'HEAD' || text === '@' },
  {
    reason: 'it is a full ref: leave "refs/heads/" out',
    refuses: (text) => text === 'refs' || text.startsWith('refs/'),
  },
];

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
