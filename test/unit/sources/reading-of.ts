import { NameFilter } from '../../../src/sources/parse/name-filter.ts';
import { ExpositionParser } from '../../../src/sources/parse/exposition-parser.ts';
import { SeriesCatalog } from '../../../src/sources/parse/series-catalog.ts';
import type { SourceScrape } from '../../../src/sources/attempt.ts';

/** A reading of this text; the request was sent 10 ms before. */
export function readingOf(atMs: number, text: string): SourceScrape {
  const parser = new ExpositionParser({ filter: new NameFilter([]), catalog: new SeriesCatalog(), maxSeries: 10_000 });
  parser.feed(Buffer.from(text));
  const { values, types, badLines } = parser.end();
  if (badLines > 0) throw new Error(`bad lines: ${text}`);
  return { sentMs: atMs - 10, atMs, epochMs: 1_700_000_000_000 + atMs, values, types };
}
