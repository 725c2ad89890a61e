/** A generated part of a Markdown page: the text between `<!-- generated: NAME -->` and `<!-- /generated -->`. */
export interface MarkedBlock {
  readonly name: string;
  /** Without the empty lines at its beginning and end. */
  readonly text: string;
}

const BLOCK = /^<!-- generated: (.+?) -->\n(.*?)\n<!-- \/generated -->$/gms;

export function markedBlocks(page: string): readonly MarkedBlock[] {
  return Array.from(page.matchAll(BLOCK), ([, name = '', text = '']) => ({ name, text: text.trim() }));
}

/** Replaces the texts of all blocks. @param texts the new text of each block, in the order of the page */
export function replaceBlocks(page: string, texts: readonly string[]): string {
  let index = 0;
  return page.replace(BLOCK, (_, name: string) => {
    const text = texts[index++] ?? '';
    return `<!-- generated: ${name} -->\n\n${text}\n\n<!-- /generated -->`;
  });
}
