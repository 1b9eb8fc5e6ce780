/** Languages whose lines are counted together: a report of one of them is expected to name all of its files. */
export type Language = keyof typeof EXTENSIONS;

const EXTENSIONS = {
  javascript: ['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx', 'vue', 'svelte'],
  python: ['py'],
  jvm: ['java', 'kt', 'scala', 'groovy'],
  go: ['go'],
  ruby: ['rb'],
  php: ['php'],
  dotnet: ['cs', 'fs', 'vb'],
  rust: ['rs'],
  swift: ['swift'],
  c: ['c', 'cc', 'cpp', 'cxx', 'h', 'hh', 'hpp', 'm', 'mm'],
  dart: ['dart'],
  elixir: ['ex'],
} as const;

const LANGUAGES: ReadonlyMap<string, string> = new Map(
  Object.entries(EXTENSIONS).flatMap(([language, extensions]) => extensions.map((one) => [one, language] as const)),
);

/** Returns the language of a file by its name; null for declarations of types, and for whatever holds no code. */
export function languageOf(path: string): Language | null {
  if (/\.d\.[cm]?ts$/.test(path)) return null;
  const language = LANGUAGES.get(/\.([^./]+)$/.exec(path)?.[1] ?? '');
  return language !== undefined && isLanguage(language) ? language : null;
}

function isLanguage(name: string): name is Language {
  return Object.hasOwn(EXTENSIONS, name);
}

/** How texts and comments of a language are written. */
export interface Syntax {
  readonly lineComments: readonly string[];
  readonly blockComment: readonly [open: string, close: string] | null;
  /** Texts that end at the end of their line at the latest. */
  readonly quotes: string;
  /** Texts over several lines. */
  readonly longQuotes: readonly string[];
  /** JavaScript alone: `${code}` within such a text, and regular expressions. */
  readonly isScript: boolean;
}

const C_LIKE: Syntax = {
  lineComments: ['//'],
  blockComment: ['/*', '*/'],
  quotes: `"'`,
  longQuotes: [],
  isScript: false,
};
const HASH: Syntax = { ...C_LIKE, lineComments: ['#'], blockComment: null };

const SYNTAX: Readonly<Record<Language, Syntax>> = {
  javascript: { ...C_LIKE, longQuotes: ['`'], isScript: true },
  python: { ...HASH, longQuotes: ['"""', "'''"] },
  jvm: { ...C_LIKE, longQuotes: ['"""'] },
  go: { ...C_LIKE, longQuotes: ['`'] },
  ruby: HASH,
  php: { ...C_LIKE, lineComments: ['//', '#'] },
  dotnet: C_LIKE,
  rust: { ...C_LIKE, quotes: '"' },
  swift: { ...C_LIKE, longQuotes: ['"""'], quotes: '"' },
  c: C_LIKE,
  dart: C_LIKE,
  elixir: { ...HASH, longQuotes: ['"""'] },
};

/** Returns how texts and comments of a language are written. */
export function syntaxOf(language: Language): Syntax {
  return SYNTAX[language];
}
