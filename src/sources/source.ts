import type { Clock } from '../shared/clock.ts';
import { redactSecrets, secretsOf, secretsOfArguments } from '../shared/secrets.ts';
import type { SourceOrigin, SourcePlan } from '../plan/source-plan.ts';
import { formatBytes, formatCountOf, formatMs } from '../shared/units.ts';
import type { ScrapeAttempt, SourceScrape } from './attempt.ts';
import { openFetcher } from './fetch/open-fetcher.ts';
import type { Fetcher } from './fetch/fetcher.ts';
import { NameFilter } from './parse/name-filter.ts';
import { ExpositionParser } from './parse/exposition-parser.ts';
import { SeriesCatalog } from './parse/series-catalog.ts';
import { scrape, type ScrapeOptions } from './scrape.ts';
import { SourceRecord } from './source-families.ts';
import { SourceHistory } from './values/source-history.ts';
import { SourceValues } from './values/source-values.ts';

/** Dependencies of a source: logging and external resources. */
export interface SourceContext {
  readonly clock: Clock;
  /** Prints one line: a source fails, has recovered, or has malformed lines. */
  warn(message: string): void;
  /** Prints one line about each attempt, for debugging; absent: disabled. */
  debug?(message: string): void;
}

/** Limits of the history for the result. */
export interface HistoryBounds {
  readonly maxSeries: number;
  /** Maximum number of points per series. */
  readonly maxPoints: number;
}

/** Called after each attempt, with the source's previous reading. */
type OnAttempt = (source: Source, before: SourceScrape | undefined, attempt: ScrapeAttempt) => void;

/** One source of a run: its fetcher, its latest values and its history. */
export class Source {
  readonly name: string;
  readonly plan: SourcePlan;
  readonly filter: NameFilter;
  readonly record: SourceRecord;
  readonly values: SourceValues;
  readonly history: SourceHistory;
  readonly #context: SourceContext;
  readonly #onAttempt: OnAttempt;
  readonly #fetcher: Fetcher;
  readonly #scrapeOptions: ScrapeOptions;
  #underWay: Promise<ScrapeAttempt> | undefined;
  #failing = false;
  #hasReportedBadLines = false;

  constructor(plan: SourcePlan, bounds: HistoryBounds, context: SourceContext, onAttempt: OnAttempt = () => {}) {
    const { name, origin, intervalMs, timeoutMs, maxBytes, maxSeries, match } = plan;
    const { clock } = context;
    this.name = name;
    this.plan = plan;
    this.filter = new NameFilter(match);
    this.record = new SourceRecord(clock);
    this.values = new SourceValues(intervalMs);
    this.history = new SourceHistory({ intervalMs, ...bounds });
    this.#context = context;
    this.#onAttempt = onAttempt;
    this.#fetcher = openFetcher(origin);
    const catalog = new SeriesCatalog();
    const secrets = secretsOfOrigin(origin);
    const hide = (text: string): string => redactSecrets(text, secrets);
    this.#scrapeOptions = {
      fetcher: this.#fetcher,
      timeoutMs,
      maxBytes,
      clock,
      openParser: () => new ExpositionParser({ filter: this.filter, catalog, maxSeries, mask: hide }),
      mask: hide,
    };
  }

  /** Makes an attempt, or waits for the pending one. Never rejects. */
  read(): Promise<ScrapeAttempt> {
    this.#underWay ??= this.#attempt().finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  /** Resolves when no attempt is pending. */
  async settle(): Promise<void> {
    await this.#underWay;
  }

  close(): Promise<void> {
    return this.#fetcher.close();
  }

  async #attempt(): Promise<ScrapeAttempt> {
    const before = this.values.reading;
    const attempt = await scrape(this.#scrapeOptions);
    this.record.note(attempt);
    if (attempt.reading !== undefined) {
      this.values.set(attempt.reading);
      this.history.add(attempt.reading);
    }
    this.#logAttempt(attempt);
    this.#onAttempt(this, before, attempt);
    return attempt;
  }

  #logAttempt(attempt: ScrapeAttempt): void {
    const context = this.#context;
    const { reason } = attempt;
    context.debug?.(`source ${this.name}: ${describe(attempt)}`);
    if (reason !== undefined && !this.#failing) context.warn(`cannot read source ${this.name}: ${reason}; retrying`);
    if (reason === undefined && this.#failing) context.warn(`source ${this.name} has recovered`);
    this.#failing = reason !== undefined;
    if (reason !== undefined || attempt.badLines === 0 || this.#hasReportedBadLines) return;
    this.#hasReportedBadLines = true;
    context.warn(
      `source ${this.name} has ${formatCountOf(attempt.badLines, 'bad line')}, skipped: ${this.#nameBad(attempt)}`,
    );
  }

  #nameBad({ firstBad }: ScrapeAttempt): string {
    const named = firstBad.map(({ line, text, reason }) => `line ${line}, ${JSON.stringify(text)}: ${reason}`);
    return this.#scrapeOptions.mask(named.join('; '));
  }
}

/** Secrets that a source may repeat in its responses. */
function secretsOfOrigin(origin: SourceOrigin): readonly string[] {
  if (origin.kind === 'http') return secretsOf(origin);
  return origin.kind === 'command' ? secretsOfArguments(origin.words.slice(1)) : [];
}

function describe({ status, statusCode, reason, reading, bytes, fetchMs, parseMs, badLines }: ScrapeAttempt): string {
  const times = `fetched in ${formatMs(fetchMs)}, parsed in ${formatMs(parseMs)}`;
  const code = statusCode === 0 ? '' : ` (${statusCode})`;
  if (reading === undefined) return `${status}${code}, ${reason}, ${formatBytes(bytes)}, ${times}`;
  const bad = badLines === 0 ? '' : `, ${formatCountOf(badLines, 'bad line')}`;
  return `${status}${code}, ${reading.values.length} series, ${formatBytes(bytes)}${bad}, ${times}`;
}

/** Reads a source once, outside of a run. Never rejects. */
export async function readOnce(plan: SourcePlan, clock: Clock): Promise<ScrapeAttempt> {
  const source = new Source(plan, { maxSeries: 0, maxPoints: 0 }, { clock, warn: () => {} });
  const attempt = await source.read();
  await source.close();
  return attempt;
}
