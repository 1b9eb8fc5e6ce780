/** Tags that hold where the worker runs its commands: https://pkg.go.dev/cmd/go#hdr-Build_constraints */
const HOLDING = /^(?:linux|unix|gc|amd64|arm64|cgo|go1\.\d+)$/;
/** Systems and processors of a file's name, as far as they are in use. */
const SYSTEMS =
  /_(?:aix|android|darwin|dragonfly|freebsd|illumos|ios|js|netbsd|openbsd|plan9|solaris|wasip1|windows|386|arm|loong64|mips64|mips64le|ppc64|ppc64le|riscv64|s390x|wasm)(?=_test\.go$)/;
const LONGEST = 1000;

/** Returns the tags without which Go leaves a file out of a build on Linux; empty where it takes the file, and null where it never does. */
export function missingTags(path: string, text: string): string[] | null {
  if (SYSTEMS.test(path)) return null;
  const head = text.split(/^package\s/m)[0] ?? '';
  const constraint = /^\/\/go:build[ \t]+(.+)$/m.exec(head)?.[1]?.slice(0, LONGEST);
  if (constraint === undefined) return [];
  const words = constraint.match(/&&|\|\||[!()]|[\w.]+/g) ?? [];
  if (holds(words, (tag) => HOLDING.test(tag))) return [];
  const tags = [...new Set(words.filter((word) => /^\w/.test(word) && !HOLDING.test(word)))];
  const single = tags.find((tag) => holds(words, (one) => one === tag || HOLDING.test(one)));
  if (single !== undefined) return [single];
  return holds(words, (one) => tags.includes(one) || HOLDING.test(one)) ? tags : null;
}

/** Recursive descent over `||`, `&&`, `!` and parentheses; what is no expression holds. */
function holds(words: readonly string[], isSet: (tag: string) => boolean): boolean {
  let at = 0;
  const either = (): boolean => {
    let value = both();
    while (words[at] === '||') {
      at += 1;
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (words[at] === '&&') {
      at += 1;
      value = one() && value;
    }
    return value;
  };
  const one = (): boolean => {
    const word = words[at];
    at += 1;
    if (word === '!') return !one();
    if (word !== '(') return word === undefined || isSet(word);
    const value = either();
    at += 1;
    return value;
  };
  return either();
}
