import { type FailureStatus, failureReason } from '../shared/network/failure-reason.ts';
import type { Clock } from '../shared/clock.ts';
import { formatBytes, formatCount } from '../shared/units.ts';
import type { ScrapeAttempt } from './attempt.ts';
import { type DocumentReceiver, FetchFault, type Fetcher } from './fetch/fetcher.ts';
import type { ParsedExposition, ExpositionParser } from './parse/exposition-parser.ts';

/** Options of an attempt. */
export interface ScrapeOptions {
  readonly fetcher: Fetcher;
  readonly timeoutMs: number;
  /** Maximum size of a document in bytes, decompressed. */
  readonly maxBytes: number;
  readonly clock: Clock;
  /** Creates the parser of one document. */
  readonly openParser: () => ExpositionParser;
  /** Removes secrets from a text. */
  readonly mask: (text: string) => string;
}

/** Makes one attempt to read a source, within its timeout. Never rejects. */
export async function scrape(options: ScrapeOptions): Promise<ScrapeAttempt> {
  const { fetcher, timeoutMs, clock, mask } = options;
  const document = new Document(options);
  await fetcher.load?.();
  const controller = new AbortController();
  const sentMs = clock.nowMs();
  const timer = clock.after(timeoutMs, () => controller.abort());
  let failure: { readonly status: FailureStatus; readonly reason: string } | undefined;
  try {
    await fetcher.fetch(controller.signal, document);
    document.end();
  } catch (error) {
    failure = controller.signal.aborted
      ? { status: 'timeout', reason: `timeout (no complete document within ${timeoutMs} ms)` }
      : failureOf(document.fault ?? error);
  }
  timer.cancel();
  const { statusCode, parseMs, bytes, begun, page } = document;
  const isRead = failure === undefined && page !== undefined && begun !== undefined;
  return {
    status: failure?.status ?? 'success',
    statusCode,
    fetchMs: clock.nowMs() - sentMs - parseMs,
    parseMs,
    bytes,
    badLines: page?.badLines ?? 0,
    firstBad: page?.firstBad ?? [],
    droppedSamples: page?.droppedSamples ?? 0,
    reading: isRead ? { sentMs, ...begun, values: page.values, types: page.types } : undefined,
    reason: failure === undefined ? undefined : mask(failure.reason),
  };
}

/** A document while it arrives. */
class Document implements DocumentReceiver {
  readonly #options: ScrapeOptions;
  readonly #parser: ExpositionParser;
  #isOpenMetrics = false;
  statusCode = 0;
  parseMs = 0;
  bytes = 0;
  /** Arrival of the first byte; `undefined`: none. */
  begun: { readonly atMs: number; readonly epochMs: number } | undefined;
  /** Reason to stop the transfer. Streams may replace it with a plain abort error. */
  fault: FetchFault | undefined;
  /** Set when the document is complete. */
  page: ParsedExposition | undefined;

  constructor(options: ScrapeOptions) {
    this.#options = options;
    this.#parser = options.openParser();
  }

  begin(statusCode: number, contentType: string): void {
    const { clock } = this.#options;
    this.begun = { atMs: clock.nowMs(), epochMs: clock.epochMs() };
    this.statusCode = statusCode;
    this.#isOpenMetrics = contentType.toLowerCase().startsWith('application/openmetrics-text');
  }

  take(chunk: Buffer): void {
    const { maxBytes } = this.#options;
    this.bytes += chunk.length;
    if (this.bytes > maxBytes) {
      this.fault = new FetchFault('parse', `the document is larger than ${formatBytes(maxBytes)} (max_bytes)`);
      throw this.fault;
    }
    this.#timed(() => this.#parser.feed(chunk));
  }

  /** @throws {FetchFault} when the text is not a metrics document, or is incomplete */
  end(): void {
    const page = this.#timed(() => this.#parser.end());
    this.page = page;
    if (page.goodLines === 0 && page.badLines > 0) {
      const [bad] = page.firstBad;
      const example = bad === undefined ? '' : `, the first is ${JSON.stringify(bad.text)}`;
      throw new FetchFault('parse', `not a metrics document: ${formatCount(page.badLines)} bad lines${example}`);
    }
    if (this.#isOpenMetrics && !page.hasEnd) throw new FetchFault('parse', 'the document ends before its # EOF');
  }

  #timed<T>(parse: () => T): T {
    const { clock } = this.#options;
    const startedMs = clock.nowMs();
    const result = parse();
    this.parseMs += clock.nowMs() - startedMs;
    return result;
  }
}

function failureOf(error: unknown): { readonly status: FailureStatus; readonly reason: string } {
  return error instanceof FetchFault ? { status: error.status, reason: error.message } : failureReason(error);
}
