// East Asian wide and full-width characters, and emoji: two columns in a terminal. Source of the ranges: Unicode
// Standard Annex 11 (East Asian Width), W and F, by script.
const WIDE =
  /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

/**
 * ASCII, Latin letters and the punctuation of our own texts: one column per code unit. Fast path, since segmenting text
 * is slow.
 */
const PLAIN = /^[\x20-\x7e\xa1-\xac\xae-\u024f\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u259f]*$/;

/** Number of terminal columns of a text without control characters. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return graphemes(text).reduce((width, letter) => width + graphemeWidth(letter), 0);
}

/** Truncates text to `columns` with an ellipsis. */
export function truncateText(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const letter of graphemes(text)) {
    left -= graphemeWidth(letter);
    if (left < 0) break;
    kept += letter;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** Truncates text to `columns` in its middle, `head` columns from the start of it: `checkout: P…carts/42`. */
function truncateMiddle(text: string, columns: number, head: number): string {
  if (widthOf(text) <= columns) return text;
  const [start, end] = [Math.min(head, columns - 1), Math.max(0, columns - 1 - head)];
  return columns < 1 ? '' : `${prefixOf(graphemes(text), start)}…${suffixOf(graphemes(text), end)}`;
}

/**
 * Shortens names to `columns`, each in its middle. Different names stay different where the width allows it: the cut
 * moves, or leaves the part around the first difference.
 */
export function fitNames(names: readonly string[], columns: number): ReadonlyMap<string, string> {
  const distinct = [...new Set(names)];
  if (distinct.every((name) => widthOf(name) <= columns)) return new Map(distinct.map((name) => [name, name]));
  let best: readonly string[] = [];
  let most = 0;
  for (const head of fromMiddle(columns)) {
    const cut = distinct.map((name) => truncateMiddle(name, columns, head));
    const different = new Set(cut).size;
    if (different > most) [best, most] = [cut, different];
    if (different === distinct.length) break;
  }
  const fitted = new Map(distinct.map((name, index) => [name, best[index] ?? '']));
  if (most < distinct.length && columns >= LEAST_COLUMNS) separate(distinct, fitted, columns);
  return fitted;
}

/** Minimum columns for the start of a name, two cuts and a part between them. */
const LEAST_COLUMNS = 4;

/** Columns before the cut, the middle first. */
function fromMiddle(columns: number): readonly number[] {
  const middle = Math.floor(columns / 2);
  return Array.from({ length: Math.max(0, columns) }, (_, head) => head).toSorted(
    (a, b) => Math.abs(a - middle) - Math.abs(b - middle),
  );
}

/** Replaces equal shortened names by their start and the part where the full names begin to differ. */
function separate(names: readonly string[], fitted: Map<string, string>, columns: number): void {
  for (const group of equalGroups(names, fitted)) {
    const at = commonPrefix(group);
    for (const name of group) {
      const letters = graphemes(name);
      const lead = `${prefixOf(letters, Math.max(0, Math.floor((columns - 2) / 3)))}…`;
      fitted.set(name, lead + truncateText(letters.slice(at).join(''), columns - widthOf(lead)));
    }
    // Without progress the width does not suffice.
    for (const rest of equalGroups(group, fitted)) if (rest.length < group.length) separate(rest, fitted, columns);
  }
}

/** Groups of several names that look the same. */
function equalGroups(names: readonly string[], fitted: ReadonlyMap<string, string>): readonly string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const shown = fitted.get(name) ?? '';
    groups.set(shown, [...(groups.get(shown) ?? []), name]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Number of leading grapheme clusters that all names share. */
function commonPrefix(names: readonly string[]): number {
  const [first = [], ...others] = names.map(graphemes);
  const end = first.findIndex((letter, at) => others.some((other) => other[at] !== letter));
  return end === -1 ? first.length : end;
}

function prefixOf(letters: readonly string[], columns: number): string {
  let left = columns;
  const end = letters.findIndex((letter) => (left -= graphemeWidth(letter)) < 0);
  return letters.slice(0, end === -1 ? undefined : end).join('');
}

function suffixOf(letters: readonly string[], columns: number): string {
  let left = columns;
  const start = letters.findLastIndex((letter) => (left -= graphemeWidth(letter)) < 0);
  return letters.slice(start + 1).join('');
}

/** Left-aligns text to exactly `columns`: truncated or padded. */
export function alignLeft(text: string, columns: number): string {
  const fitted = truncateText(text, columns);
  return fitted + ' '.repeat(Math.max(0, columns - widthOf(fitted)));
}

/** Right-aligns text to at least `columns`; never truncated, because a cut number would be wrong. */
export function alignRight(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text;
}

/**
 * Formats rows as lines with aligned columns, two blanks apart and indented by two. Cells are never cut; an empty column
 * takes no space.
 */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  }
  return rows.map((row) => {
    const cells = row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .filter((_, column) => widths[column] !== 0);
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

/** Pads with blanks on the right to at least `columns`. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Wraps text at blanks to lines of at most `columns`; a longer word gets its own line. */
export function wrap(text: string, columns: number): string[] {
  return wrapItems(text.split(' '), ' ', columns);
}

/** Joins items to lines of at most `columns`; a longer item gets its own line. */
export function wrapItems(items: readonly string[], separator: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && widthOf(line) + widthOf(separator) + widthOf(item) > columns) {
      lines.push(line);
      line = item;
    } else {
      line = line === '' ? item : `${line}${separator}${item}`;
    }
  }
  return [...lines, line];
}

function graphemeWidth(letter: string): number {
  return WIDE.test(letter) ? 2 : 1;
}

let segmenter: Intl.Segmenter | undefined;

/** Splits text into grapheme clusters. */
function graphemes(text: string): string[] {
  if (PLAIN.test(text)) return Array.from(text);
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
