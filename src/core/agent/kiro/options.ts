/** Names of models and agents as kiro-cli takes them; none can be mistaken for a command-line option. */
export const KIRO_OPTION_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,199}$/;

export const KIRO_ENGINES = ['v2', 'v3'] as const;
export type KiroEngine = (typeof KIRO_ENGINES)[number];
