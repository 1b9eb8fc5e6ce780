/** A node of a syntax tree, taken out of the parser's memory: comments are left out. */
export class Syntax {
  readonly children: Syntax[] = [];
  readonly type: string;
  /** Role in the node above, as the grammar names it. */
  readonly field: string | null;
  readonly isNamed: boolean;
  readonly parent: Syntax | null;
  readonly #place: Place;

  constructor(place: Place, { type, field, isNamed, parent }: Pick<Syntax, 'type' | 'field' | 'isNamed' | 'parent'>) {
    this.type = type;
    this.field = field;
    this.isNamed = isNamed;
    this.parent = parent;
    this.#place = place;
  }

  get text(): string {
    return this.#place.source.slice(this.#place.start, this.#place.end);
  }

  /** From 1. */
  get line(): number {
    return this.#place.row + 1;
  }

  get named(): Syntax[] {
    return this.children.filter(({ isNamed }) => isNamed);
  }

  child(field: string): Syntax | undefined {
    return this.children.find((one) => one.field === field);
  }

  first(...types: readonly string[]): Syntax | undefined {
    return this.children.find(({ type }) => types.includes(type));
  }

  /** The nodes of these types at and below it, outermost first and not below one another. */
  outermost(types: ReadonlySet<string>): Syntax[] {
    return types.has(this.type) ? [this] : this.children.flatMap((one) => one.outermost(types));
  }

  /** All nodes of these types at and below it. */
  all(...types: readonly string[]): Syntax[] {
    const wanted = new Set(types);
    const found: Syntax[] = [];
    const visit = (node: Syntax) => {
      if (wanted.has(node.type)) found.push(node);
      for (const child of node.children) visit(child);
    };
    visit(this);
    return found;
  }
}

interface Place {
  readonly source: string;
  readonly start: number;
  readonly end: number;
  readonly row: number;
}

const LAYOUT = new Set([';', ',', '(', ')', '"', "'", '`', '"""', '\n', 'string_start', 'string_end', '{', '}']);

/** Returns the texts of a node's tokens, without those of layout, which formatters add and take away. */
export function tokensOf(node: Syntax): string[] {
  if (node.children.length > 0) return node.children.flatMap(tokensOf);
  return LAYOUT.has(node.type) || node.text.trim() === '' ? [] : [node.text];
}
