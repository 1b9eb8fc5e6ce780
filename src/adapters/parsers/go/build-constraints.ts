import type { Skip } from '../../../core/gates/integrity/model.ts';

/** Tags that the machine and the tool chain decide about, so that a file with one of them may run somewhere. */
const KNOWN =
  /^(?:go1\.\d+|goexperiment\..*|aix|android|darwin|dragonfly|freebsd|hurd|illumos|ios|js|linux|nacl|netbsd|openbsd|plan9|solaris|wasip1|windows|zos|unix|386|amd64|arm|arm64|loong64|mips\w*|ppc64\w*|riscv64|s390x|sparc64|wasm|cgo|gc|gccgo|race|msan|asan|purego|noasm|appengine|boringcrypto|tinygo|amd64\.v\d|test|tests?)$/;

/** Returns the build constraint that keeps a file out of every plain `go test`; null where there is none. */
export function skipOfConstraints(source: string): Skip | null {
  const lines = source.split('\n');
  for (const [at, line] of lines.entries()) {
    if (/^package\s/.test(line)) break;
    const expression = /^\/\/go:build\s+(.+)$/.exec(line.trim())?.[1] ?? plusBuild(line);
    if (expression !== null && evaluate(expression) === false) return { how: line.trim(), line: at + 1 };
  }
  return null;
}

/** `// +build a,b c` of Go before 1.17. */
function plusBuild(line: string): string | null {
  const terms = /^\/\/\s*\+build\s+(.+)$/.exec(line.trim())?.[1];
  return terms === undefined
    ? null
    : terms
        .split(/\s+/)
        .map((term) => `(${term.replaceAll(',', ' && ')})`)
        .join(' || ');
}

/** Null: the machine decides. Tags that only a flag sets do not hold. */
function evaluate(expression: string): boolean | null {
  const tokens = expression.match(/&&|\|\||[!()]|[\w.]+/g) ?? [];
  let at = 0;
  const either = (): boolean | null => {
    let value = both();
    while (tokens[at] === '||') {
      at += 1;
      const other = both();
      value = value === true || other === true ? true : value === false && other === false ? false : null;
    }
    return value;
  };
  const both = (): boolean | null => {
    let value = one();
    while (tokens[at] === '&&') {
      at += 1;
      const other = one();
      value = value === false || other === false ? false : value === true && other === true ? true : null;
    }
    return value;
  };
  const one = (): boolean | null => {
    const token = tokens[at];
    at += 1;
    if (token === '!') {
      const value = one();
      return value === null ? null : !value;
    }
    if (token !== '(') return token !== undefined && KNOWN.test(token) ? null : false;
    const value = either();
    at += 1;
    return value;
  };
  return either();
}
