/** Longest line of a comment. */
const COLUMNS = 118;

/** A doc comment of a description and of notes, each on lines of its own. */
export function docComment(description: string, notes: readonly string[], indent: string): string {
  // Links point to pages that the declarations do not have.
  const plain = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll('*/', '*\\/');
  const [single, ...more] = [description, ...notes].flatMap((text) =>
    wrapText(plain(text), COLUMNS - indent.length - 3),
  );
  if (more.length === 0 && single !== undefined && single.length + indent.length + 7 <= COLUMNS) {
    return `${indent}/** ${single} */\n`;
  }
  return [`${indent}/**`, ...[single, ...more].map((line) => `${indent} * ${line}`), `${indent} */\n`].join('\n');
}

function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
