import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Language } from '../../core/gates/integrity/model.ts';

/** The parser and its grammars: under which name each lies beside a bundle, and in which package. */
const WASM_FILES = {
  'web-tree-sitter.wasm': 'web-tree-sitter/web-tree-sitter.wasm',
  'tree-sitter-javascript.wasm': '@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm',
  'tree-sitter-typescript.wasm': '@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm',
  'tree-sitter-tsx.wasm': '@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm',
  'tree-sitter-python.wasm': '@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm',
  'tree-sitter-java.wasm': '@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm',
  'tree-sitter-kotlin.wasm': '@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm',
  'tree-sitter-go.wasm': '@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm',
} as const;

type WasmFile = keyof typeof WASM_FILES;

/** Returns the path of each file by its name. */
export function wasmFiles(): ReadonlyMap<string, string> {
  return new Map(Object.entries(WASM_FILES).map(([name, specifier]) => [name, locate(name, specifier)]));
}

/** Returns the path of a file: beside this module where it is part of a bundle, else in its package. */
export function locateWasm(name: WasmFile): string {
  return locate(name, WASM_FILES[name]);
}

function locate(name: string, specifier: string): string {
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(import.meta.resolve(specifier));
}

/** Returns the name of a language's grammar. */
export function grammarOf(language: Language): WasmFile {
  return `tree-sitter-${language}.wasm`;
}
