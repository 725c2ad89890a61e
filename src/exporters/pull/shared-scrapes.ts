import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Body, bodyOf } from '../../core/body-sender.ts';
import { countSamples } from '../../metrics/count-samples.ts';
import type { Exposition } from '../../metrics/family.ts';
import { OPEN_METRICS_CONTENT_TYPE, openMetricsParts } from '../../metrics/open-metrics.ts';
import { LabelTexts, TEXT_CONTENT_TYPE, textParts } from '../../metrics/text.ts';
import type { ExporterContext } from '../exporter.ts';
import type { ScrapeFormat } from './choose-format.ts';

/** The metrics of a moment, ready to be sent. */
export interface RenderedScrape {
  readonly body: Body;
  readonly contentType: string;
  readonly samples: number;
  /** When they were collected, in monotonic milliseconds. */
  readonly collectedMs: number;
}

interface Collected {
  readonly collectedMs: number;
  readonly exposition: Promise<Exposition>;
  readonly bodies: Map<string, Promise<Body>>;
}

/** Scrapes that come within this time of one another get the same metrics. */
const SHARED_FOR_MS = 100;
/** Where collecting and rendering takes longer they are shared for longer, so that it takes a tenth of the time at most. */
const SHARED_FOR_RENDERINGS = 10;
const SHARED_AT_MOST_MS = 1_000;
/** Parts that are rendered before other work gets its turn. */
const PARTS_AT_A_TIME = 2;

const CONTENT_TYPES: Readonly<Record<ScrapeFormat, string>> = {
  text: TEXT_CONTENT_TYPE,
  openmetrics: OPEN_METRICS_CONTENT_TYPE,
};
const compress = promisify(gzip);

/**
 * Collects and renders metrics once for all scrapes of a moment, so that any number of them costs no more than a few, in
 * memory as in time of the main thread.
 */
export class SharedScrapes {
  readonly #context: ExporterContext;
  readonly #labelTexts = new LabelTexts();
  #newest: Collected | undefined;
  /** Time that the newest rendering took. */
  #tookMs = 0;

  constructor(context: ExporterContext) {
    this.#context = context;
  }

  /** The next scrape collects anew. */
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
    // Kept for no longer than it is shared.
    clock.after(sharedForMs, () => {
      if (this.#newest === collected) this.forget();
    });
    return collected;
  }

  async #render(startedMs: number, exposition: Exposition, format: ScrapeFormat, gzipped: boolean): Promise<Body> {
    const parts = await this.#encode(exposition, format);
    this.#tookMs = this.#context.clock.nowMs() - startedMs;
    // Off the main thread, which has a run to report.
    return gzipped ? bodyOf(await compress(Buffer.concat(parts))) : bodyOf(...parts);
  }

  async #encode(exposition: Exposition, format: ScrapeFormat): Promise<readonly Buffer[]> {
    const labelTexts = this.#labelTexts;
    const texts =
      format === 'openmetrics'
        ? openMetricsParts(exposition, labelTexts)
        : textParts(exposition, { timestamps: false, labelTexts });
    const parts: Buffer[] = [];
    for (const text of texts) {
      parts.push(Buffer.from(text));
      if (parts.length % PARTS_AT_A_TIME === 0) await nextTurn();
    }
    return parts;
  }
}
