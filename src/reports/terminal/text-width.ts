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

/** Left-aligns text to exactly `columns`: truncated or padded. */
export function alignLeft(text: string, columns: number): string {
  const fitted = truncateText(text, columns);
  return fitted + ' '.repeat(Math.max(0, columns - widthOf(fitted)));
}

/** Right-aligns text to at least `columns`; never truncated, because a cut number would be wrong. */
export function alignRight(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** Wraps text at blanks to lines of at most `columns`; a longer word gets its own line. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
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
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
