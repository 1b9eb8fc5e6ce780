import * as z from 'zod';

/** What the rules let the base line be: the tests and the coverage of a branch before the agent. */
export interface BaselineRules {
  /** Names of tests that may fail, as reports name them. */
  readonly allowFailures: readonly string[];
  /** Any test that fails there and is named by a report may fail. */
  readonly allowKnownFailures: boolean;
  /** Its coverage may be below the threshold; the change's own may not. */
  readonly allowBelowThreshold: boolean;
}

/** Entries of `allowFailures`. */
export const MOST_ALLOWED = 200;

/** The base line has to pass. */
export const STRICT_BASELINE: BaselineRules = {
  allowFailures: [],
  allowKnownFailures: false,
  allowBelowThreshold: false,
};

const WORDS = ['allow-known-failures', 'allow-below-threshold'] as const;
const CHOICE = `must be ${WORDS.join(' or ')}, a list of them, or contain allowFailures, allowKnownFailures, allowBelowThreshold`;

const Word = z.enum(WORDS, CHOICE);
const TestName = z
  .string('must be the name of a test')
  .trim()
  .min(1, 'must not be empty')
  .max(300, 'must have at most 300 characters');

/** `baseline` of the repository file: a word, a list of words, or a mapping. */
export const BaselineField = z.union(
  [
    Word.transform((word) => fromWords([word])),
    z.array(Word, CHOICE).min(1, CHOICE).transform(fromWords),
    z
      .strictObject({
        allowFailures: z.array(TestName).max(MOST_ALLOWED, `must have at most ${MOST_ALLOWED} entries`).default([]),
        allowKnownFailures: z.boolean().default(false),
        allowBelowThreshold: z.boolean().default(false),
      })
      .transform((rules): BaselineRules => rules),
  ],
  CHOICE,
);

function fromWords(words: readonly (typeof WORDS)[number][]): BaselineRules {
  return {
    allowFailures: [],
    allowKnownFailures: words.includes('allow-known-failures'),
    allowBelowThreshold: words.includes('allow-below-threshold'),
  };
}
