import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Body, bodyOf } from '../../shared/network/body-sender.ts';
import { countSamples, type Exposition } from '../../metrics/family.ts';
import { OPEN_METRICS_CONTENT_TYPE, openMetricsChunks } from '../../metrics/open-metrics.ts';
import { LabelCache, TEXT_CONTENT_TYPE, textChunks } from '../../metrics/text.ts';
import type { ExporterContext } from '../exporter.ts';

/** Rendered metrics of one moment. */
export interface RenderedScrape {
  readonly body: Body;
  readonly contentType: string;
  readonly samples: number;
  /** Collection time in monotonic milliseconds. */
  readonly collectedMs: number;
}

interface Collected {
  readonly collectedMs: number;
  readonly exposition: Promise<Exposition>;
  readonly bodies: Map<string, Promise<Body>>;
}

/** Scrapes within this time share the same metrics. */
const SHARED_FOR_MS = 100;
/**
 * Sharing time as a multiple of the rendering time, so that collecting and rendering take at most a tenth of the time.
 */
const SHARED_FOR_RENDERINGS = 10;
const SHARED_AT_MOST_MS = 1_000;
/** Parts rendered before yielding to the event loop. */
const PARTS_AT_A_TIME = 2;

const CONTENT_TYPES: Readonly<Record<ScrapeFormat, string>> = {
  text: TEXT_CONTENT_TYPE,
  openmetrics: OPEN_METRICS_CONTENT_TYPE,
};
const compress = promisify(gzip);

/**
 * Collects and renders metrics once for all scrapes of a moment, so that many scrapes cost as much memory and main
 * thread time as a few.
 */
export class SharedScrapes {
  readonly #context: ExporterContext;
  readonly #labelTexts = new LabelCache();
  #newest: Collected | undefined;
  /** Duration of the latest rendering. */
  #tookMs = 0;

  constructor(context: ExporterContext) {
    this.#context = context;
  }

  /** Forces the next scrape to collect. */
  forget(): void {
    this.#newest = undefined;
  }

  async render(format: ScrapeFormat, gzipped: boolean): Promise<RenderedScrape> {
    const collected = this.#collect();
    const exposition = await collected.exposition;
    const key = `${format} ${gzipped}`;
    const body = collected.bodies.get(key) ?? this.#render(collected.collectedMs, exposition, format, gzipped);
    collected.bodies.set(key, body);
    return {
      body: await body,
      contentType: CONTENT_TYPES[format],
      samples: countSamples(exposition),
      collectedMs: collected.collectedMs,
    };
  }

  #collect(): Collected {
    const { clock } = this.#context;
    const nowMs = clock.nowMs();
    const sharedForMs = Math.min(Math.max(SHARED_FOR_MS, SHARED_FOR_RENDERINGS * this.#tookMs), SHARED_AT_MOST_MS);
    if (this.#newest !== undefined && nowMs - this.#newest.collectedMs < sharedForMs) return this.#newest;
    const collected = { collectedMs: nowMs, exposition: this.#context.collect(), bodies: new Map() };
    this.#newest = collected;
    // Cached only as long as it is shared.
    clock.after(sharedForMs, () => {
      if (this.#newest === collected) this.forget();
    });
    return collected;
  }

  async #render(startedMs: number, exposition: Exposition, format: ScrapeFormat, gzipped: boolean): Promise<Body> {
    const parts = await this.#encode(exposition, format);
    this.#tookMs = this.#context.clock.nowMs() - startedMs;
    // Compresses off the main thread, which also reports the run.
    return gzipped ? bodyOf(await compress(Buffer.concat(parts))) : bodyOf(...parts);
  }

  async #encode(exposition: Exposition, format: ScrapeFormat): Promise<readonly Buffer[]> {
    const labelTexts = this.#labelTexts;
    const texts =
      format === 'openmetrics'
        ? openMetricsChunks(exposition, labelTexts)
        : textChunks(exposition, { timestamps: false, labelTexts });
    const parts: Buffer[] = [];
    for (const text of texts) {
      parts.push(Buffer.from(text));
      if (parts.length % PARTS_AT_A_TIME === 0) await nextTurn();
    }
    return parts;
  }
}

/** Format of a scrape. */
export type ScrapeFormat = 'text' | 'openmetrics';

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly weight: number;
}

/**
 * Negotiates the format from an `Accept` header (RFC 9110, 12.5.1): OpenMetrics when the header names it in a supported
 * version and prefers it to the text format, otherwise text.
 */
export function chooseFormat(accept: string | undefined): ScrapeFormat {
  const ranges = (accept ?? '').split(',').map(parseRange);
  const openMetrics = weightOf(ranges, ['application/openmetrics-text'], ['1.0.0', '1.0']);
  const text = weightOf(ranges, ['text/plain', 'text/*', '*/*'], ['0.0.4']);
  return openMetrics > 0 && openMetrics > text ? 'openmetrics' : 'text';
}

/** Weight of the most specific of these types in the header; versions are compared only where the header has one. */
function weightOf(ranges: readonly MediaRange[], types: readonly string[], versions: readonly string[]): number {
  for (const wanted of types) {
    const weights = ranges
      .filter(({ type, version }) => type === wanted && (version === undefined || versions.includes(version)))
      .map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}

function parseRange(item: string): MediaRange {
  const [type = '', ...parameters] = item.toLowerCase().split(';');
  const values = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')];
    }),
  );
  const weight = Number(values.get('q') ?? 1);
  return { type: type.trim(), version: values.get('version'), weight: Number.isFinite(weight) ? weight : 0 };
}
