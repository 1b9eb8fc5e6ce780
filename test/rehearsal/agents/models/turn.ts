import { createHash } from 'node:crypto';

/** What the model says next. */
export type Said =
  | { readonly kind: 'tool'; readonly name: string; readonly input: Readonly<Record<string, unknown>> | string }
  | { readonly kind: 'text'; readonly text: string };

export interface Asked {
  /** The whole request as text: prompt, system prompt, results. */
  readonly text: string;
  /** Names of the tools that it may call. */
  readonly tools: readonly string[];
  /** A tool has answered in this conversation. */
  readonly hasResult: boolean;
}

/** Returns what a model says that implements one task: it writes one file by the agent's own tool for that, then says that it is done. */
export function nextTurn({ text, tools, hasResult }: Asked): Said {
  const task = /<task>\s*(?:\\n)*\s*([^\n\\]+)/.exec(text)?.[1]?.trim();
  const tool = WRITERS.find(({ name }) => tools.some((one) => name.test(one)));
  const called = tools.find((one) => tool?.name.test(one));
  // Titles, summaries and topics are asked for without tools.
  if (task === undefined || tool === undefined || called === undefined || hasResult)
    return { kind: 'text', text: hasResult ? 'Done: the file is written.' : 'OK' };
  const file = fileOf(task);
  // Agents keep folders of their own that are named like it, deeper below their home.
  const folders = Array.from(text.matchAll(/\/[\w./-]+\/workspace(?![\w/-])/g), ([path]) => path);
  const [folder = '.'] = folders.sort((one, other) => one.length - other.length);
  return { kind: 'tool', name: called, input: tool.input({ ...file, folder }) };
}

interface Writing {
  readonly path: string;
  readonly content: string;
  readonly folder: string;
}

const WRITERS: ReadonlyArray<{ name: RegExp; input: (file: Writing) => Extract<Said, { kind: 'tool' }>['input'] }> = [
  { name: /^write$/, input: ({ path, content, folder }) => ({ filePath: `${folder}/${path}`, content }) },
  {
    name: /^(?:Write|mcp__acp__Write|write_file)$/,
    input: ({ path, content, folder }) => ({ file_path: `${folder}/${path}`, content }),
  },
  { name: /^exec_command$/, input: (file) => ({ cmd: shell(file) }) },
  { name: /^shell(?:_command)?$/, input: (file) => ({ command: ['bash', '-c', shell(file)] }) },
];

function shell({ path, content }: Writing): string {
  return `mkdir -p src && cat > ${path} <<'END'\n${content}END`;
}

function fileOf(task: string): { path: string; content: string } {
  const name = createHash('sha256').update(task).digest('hex').slice(0, 8);
  const words = task.replace(/\W+/g, ' ').trim();
  return { path: `src/made-${name}.js`, content: `/** ${words} */\nexport const made${name} = true;\n` };
}
