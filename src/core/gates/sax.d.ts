/** The part of the library that reports are read with. */
declare module 'sax' {
  interface Tag {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
  }

  interface SAXParser {
    /** Counted from 0. */
    readonly line: number;
    readonly ENTITIES: Record<string, string>;
    onerror(error: Error): void;
    ontext(text: string): void;
    oncdata(text: string): void;
    ondoctype(doctype: string): void;
    onopentagstart(): void;
    onattribute(attribute: { readonly name: string }): void;
    onopentag(tag: Tag): void;
    onclosetag(): void;
    onend(): void;
    write(text: string): void;
    resume(): void;
    close(): void;
  }

  const sax: {
    /** Characters that any parser buffers at most. */
    MAX_BUFFER_LENGTH: number;
    parser(strict: boolean, options: { readonly strictEntities: boolean }): SAXParser;
  };
  // biome-ignore lint/style/noDefaultExport: this is how Node shows a CommonJS module.
  export default sax;
  export type { SAXParser, Tag };
}
