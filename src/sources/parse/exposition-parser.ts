import { endOfLabels, endOfName, endOfWord, isBlank, isNameCode, skipBlanks, parseValue } from './characters.ts';
import { LineSplitter, MAX_LINE_BYTES } from './line-splitter.ts';
import type { NameFilter } from './name-filter.ts';
import type { SeriesCatalog } from './series-catalog.ts';
import type { SeriesValue } from './series.ts';

/** A malformed line, which is skipped. */
export interface BadLine {
  /** Line number, from 1. */
  readonly line: number;
  /** Start of the line. */
  readonly text: string;
  readonly reason: string;
}

/** Parsed content of one document. */
export interface ParsedExposition {
  readonly values: readonly SeriesValue[];
  /** Types by family name, both as spelled in the document. */
  readonly types: ReadonlyMap<string, string>;
  /** Well-formed samples, filtered ones included. */
  readonly goodLines: number;
  readonly badLines: number;
  /** The first malformed lines. */
  readonly firstBad: readonly BadLine[];
  /** Matching samples that were dropped because of the limit. */
  readonly droppedSamples: number;
  /** Whether the document has `# EOF`, the end marker of OpenMetrics. */
  readonly hasEnd: boolean;
}

interface PageOptions {
  readonly filter: NameFilter;
  /** Series of this source's documents. */
  readonly catalog: SeriesCatalog;
  readonly maxSeries: number;
  /** Removes secrets from a line, because a source may repeat its credentials. */
  readonly mask?: (text: string) => string;
}

const NAMED_BAD_LINES = 3;
const EXCERPT_LENGTH = 120;
const TOO_LONG = 'the line is longer than 1 MiB';
const HASH = 35;
const BRACE = 123;

/**
 * Parses a document in the Prometheus text format 0.0.4 or in OpenMetrics 1.0, chunk by chunk as it arrives, so that a
 * large document does not block the event loop. A malformed line is skipped. Timestamps and exemplars are ignored:
 * every value counts as current.
 */
export class ExpositionParser {
  readonly #options: PageOptions;
  readonly #lines: LineSplitter;
  readonly #values: SeriesValue[] = [];
  readonly #types = new Map<string, string>();
  readonly #firstBad: BadLine[] = [];
  #line = 0;
  #goodLines = 0;
  #badLines = 0;
  #droppedSamples = 0;
  #hasEnd = false;
  /** Name of the previous line, usually the same as the next one. */
  #lastName = '';
  #wantsLastName = false;

  constructor(options: PageOptions) {
    this.#options = options;
    options.catalog.begin();
    this.#lines = new LineSplitter(
      (text) => this.#readLines(text),
      () => {
        this.#line++;
        this.#reject('', 0, 0, TOO_LONG);
      },
    );
  }

  feed(chunk: Buffer): void {
    this.#lines.take(chunk);
  }

  /** Completes the document. */
  end(): ParsedExposition {
    this.#lines.end();
    return {
      values: this.#values,
      types: this.#types,
      goodLines: this.#goodLines,
      badLines: this.#badLines,
      firstBad: this.#firstBad,
      droppedSamples: this.#droppedSamples,
      hasEnd: this.#hasEnd,
    };
  }

  #readLines(text: string): void {
    for (let at = 0; at < text.length;) {
      const newline = text.indexOf('\n', at);
      const next = newline === -1 ? text.length : newline;
      this.#line++;
      let end = next;
      while (end > at && isBlank(text.charCodeAt(end - 1))) end--;
      const begin = skipBlanks(text, at, end);
      if (begin < end) {
        const reason = end - begin > MAX_LINE_BYTES ? TOO_LONG : this.#readLine(text, begin, end);
        if (reason !== undefined) this.#reject(text, begin, end, reason);
      }
      at = next + 1;
    }
  }

  /** Parses a line. Returns the error of a malformed one, as do the functions below. */
  #readLine(text: string, begin: number, end: number): string | undefined {
    return text.charCodeAt(begin) === HASH ? this.#readComment(text, begin, end) : this.#readSample(text, begin, end);
  }

  #readSample(text: string, begin: number, end: number): string | undefined {
    const nameEnd = this.#readName(text, begin, end);
    if (nameEnd === begin) return 'it does not begin with a metric name';
    if (!this.#wantsLastName) {
      this.#goodLines++;
      return undefined;
    }
    let headEnd = nameEnd;
    const brace = skipBlanks(text, nameEnd, end);
    if (text.charCodeAt(brace) === BRACE) {
      headEnd = endOfLabels(text, brace, end);
      if (headEnd === -1) return 'its labels are unterminated';
    }
    const valueBegin = skipBlanks(text, headEnd, end);
    const valueEnd = endOfWord(text, valueBegin, end);
    const value = parseValue(text.slice(valueBegin, valueEnd));
    if (value === undefined) return 'it has no value';
    if (valueEnd < end && !isTail(text, valueEnd, end)) return 'the text after the value is not a timestamp';
    return this.#keep(text.slice(begin, headEnd), nameEnd - begin, value);
  }

  /** Returns the end of the line's metric name, and updates whether it matches the filter. */
  #readName(text: string, begin: number, end: number): number {
    const sameEnd = begin + this.#lastName.length;
    const isSame = this.#lastName !== '' && text.startsWith(this.#lastName, begin);
    if (isSame && (sameEnd >= end || !isNameCode(text.charCodeAt(sameEnd)))) return Math.min(sameEnd, end);
    const nameEnd = endOfName(text, begin, end);
    this.#lastName = text.slice(begin, nameEnd);
    this.#wantsLastName = nameEnd > begin && this.#options.filter.wants(this.#lastName);
    return nameEnd;
  }

  #keep(head: string, nameLength: number, value: number): string | undefined {
    if (this.#values.length >= this.#options.maxSeries) {
      this.#goodLines++;
      this.#droppedSamples++;
      return undefined;
    }
    const series = this.#options.catalog.take(head, nameLength);
    if (series === 'bad labels') return 'its labels are malformed';
    if (series === 'seen before') return 'its series is a duplicate';
    this.#goodLines++;
    this.#values.push({ series, value });
    return undefined;
  }

  #readComment(text: string, begin: number, end: number): undefined {
    if (text.startsWith('# EOF', begin) && begin + 5 === end) this.#hasEnd = true;
    if (!text.startsWith('# TYPE ', begin) || this.#types.size >= this.#options.maxSeries) return;
    const nameBegin = skipBlanks(text, begin + 7, end);
    const nameEnd = endOfWord(text, nameBegin, end);
    const typeBegin = skipBlanks(text, nameEnd, end);
    const typeEnd = endOfWord(text, typeBegin, end);
    if (typeEnd === typeBegin) return;
    // Copies, so that they do not keep the document in memory.
    const [name = '', type = ''] = Buffer.from(`${text.slice(nameBegin, nameEnd)} ${text.slice(typeBegin, typeEnd)}`)
      .toString()
      .split(' ');
    this.#types.set(name, type);
  }

  #reject(text: string, begin: number, end: number, reason: string): void {
    this.#badLines++;
    if (this.#firstBad.length >= NAMED_BAD_LINES) return;
    const whole = text.slice(begin, end);
    // Secrets are masked before the text is cut, because half a secret would not be recognized.
    const excerpt = (this.#options.mask?.(whole) ?? whole).slice(0, EXCERPT_LENGTH);
    // A copy, so that it does not keep the document in memory.
    this.#firstBad.push({ line: this.#line, text: Buffer.from(excerpt).toString(), reason });
  }
}

/** Whether the text after the value is a timestamp, an exemplar, or both. */
function isTail(text: string, valueEnd: number, end: number): boolean {
  let at = skipBlanks(text, valueEnd, end);
  if (text.charCodeAt(at) !== HASH) {
    const wordEnd = endOfWord(text, at, end);
    if (!Number.isFinite(Number(text.slice(at, wordEnd)))) return false;
    at = skipBlanks(text, wordEnd, end);
  }
  return at >= end || text.charCodeAt(at) === HASH;
}
