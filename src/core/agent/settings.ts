import * as z from 'zod';
import { ENV } from '../names.ts';
import { KIRO_ENGINES } from './kiro/options.ts';
import { LimitFields } from './limits.ts';

/** Names of models and efforts as agents take them; none can be mistaken for a command-line option. */
const OPTION_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,199}$/;
const optionName = z.string().regex(OPTION_NAME, 'must be a name as the agent lists them');

/** The coding agent, in the project configuration. What several of its fields say together is in `agentProblems`. */
export const AgentFields = z
  .strictObject({
    kind: z
      .enum(['kiro', 'acp'])
      .default('kiro')
      .describe(
        'kiro: kiro-cli in headless mode; acp: any program that speaks the Agent Client Protocol (docs/agents.md).',
      ),
    command: z
      .array(z.string().min(1))
      .min(1)
      .max(50)
      .optional()
      .describe(
        'Program and arguments, started without a shell. acp: required, with a program of the image or one that was fetched from ' +
          'tools/. kiro: the program alone, where KIRO_CLI_PATH does not name it.',
      ),
    model: optionName.optional().describe('Model, by a name that the agent lists.'),
    effort: optionName.optional().describe('How much the model thinks, by a name that the agent lists.'),
    engine: z.enum(KIRO_ENGINES).optional().describe('kiro: engine of kiro-cli; left out: v3.'),
    agentName: optionName.optional().describe("kiro: one of the repository owner's custom agents, by its name."),
    trustedTools: z
      .array(optionName)
      .max(200)
      .optional()
      .describe(
        'kiro: names of the tools that it may use, as its engine names them; left out: all, since the sandbox is the boundary.',
      ),
    extraArguments: z
      .array(z.string().min(1))
      .max(50)
      .default([])
      .describe('kiro: further arguments of "kiro-cli chat".'),
    version: z
      .string()
      .regex(/^\d{1,6}(?:\.\d{1,6}){1,3}$/, 'must be a version such as "3.2.0"')
      .optional()
      .describe('kiro: the only version that a build works with; left out: whatever is installed.'),
    environment: z
      .record(z.string(), z.string())
      .default({})
      .describe(
        'Further variables of the agent alone. No secrets: they are refused, and the parameter is no place for them.',
      ),
    keyVariable: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'must be the name of a variable such as "ANTHROPIC_API_KEY"')
      .optional()
      .describe('acp: variable in which the agent finds its key, the secret agent-key; left out: it gets none.'),
    tokensPerRun: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('acp: tokens that the agent may use in one build; null: no limit but that of the work item.'),
    limits: LimitFields.describe('What the worker lets the agent use before it ends it.'),
  })
  .prefault({});

export type AgentConfig = Readonly<z.output<typeof AgentFields>>;

/** What an agent's use is counted and capped in: an ACP agent reports tokens, Kiro reports credits. */
export type Currency = 'credits' | 'tokens';

/** Returns what the use of an agent counts in. */
export function currencyOf({ kind }: Pick<AgentConfig, 'kind'>): Currency {
  return kind === 'acp' ? 'tokens' : 'credits';
}

/** Returns the setting that holds the key of an agent, null where it needs none. Kiro's own protocol server takes Kiro's key. */
export function keySettingOf({
  kind,
  keyVariable,
}: Pick<AgentConfig, 'kind' | 'keyVariable'>): 'kiro-api-key' | 'agent-key' | null {
  if (kind === 'kiro' || keyVariable === ENV.kiroApiKey) return 'kiro-api-key';
  return keyVariable === undefined ? null : 'agent-key';
}
