import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { countSamples } from '../../metrics/count-samples.ts';
import type { Exposition } from '../../metrics/family.ts';
import { formatOpenMetrics, OPEN_METRICS_CONTENT_TYPE } from '../../metrics/open-metrics.ts';
import { formatText, LabelTexts, TEXT_CONTENT_TYPE } from '../../metrics/text.ts';
import type { ExporterContext } from '../exporter.ts';
import type { ScrapeFormat } from './choose-format.ts';

/** The metrics of a moment, ready to be sent. */
export interface RenderedScrape {
  readonly body: Buffer;
  readonly contentType: string;
  readonly samples: number;
  /** When they were collected, in monotonic milliseconds. */
  readonly collectedMs: number;
}

interface Collected {
  readonly collectedMs: number;
  readonly exposition: Promise<Exposition>;
  readonly bodies: Map<string, Promise<Buffer>>;
}

/** Scrapes that come within this time of one another get the same metrics. */
export const SHARED_FOR_MS = 100;

const CONTENT_TYPES: Readonly<Record<ScrapeFormat, string>> = {
  text: TEXT_CONTENT_TYPE,
  openmetrics: OPEN_METRICS_CONTENT_TYPE,
};
const compress = promisify(gzip);

/** Collects and renders metrics once for all scrapes of a moment, so that any number of them costs no more than a few. */
export class SharedScrapes {
  readonly #context: ExporterContext;
  readonly #labelTexts = new LabelTexts();
  #newest: Collected | undefined;

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
    const body = collected.bodies.get(key) ?? this.#body(exposition, format, gzipped);
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
    if (this.#newest !== undefined && nowMs - this.#newest.collectedMs < SHARED_FOR_MS) return this.#newest;
    const collected = { collectedMs: nowMs, exposition: this.#context.collect(), bodies: new Map() };
    this.#newest = collected;
    // Kept for no longer than it is shared.
    clock.after(SHARED_FOR_MS, () => {
      if (this.#newest === collected) this.forget();
    });
    return collected;
  }

  async #body(exposition: Exposition, format: ScrapeFormat, gzipped: boolean): Promise<Buffer> {
    const text = this.#format(exposition, format);
    // Off the main thread, which has a run to report.
    return gzipped ? await compress(text) : Buffer.from(text);
  }

  #format(exposition: Exposition, format: ScrapeFormat): string {
    const labelTexts = this.#labelTexts;
    if (format === 'openmetrics') return formatOpenMetrics(exposition, labelTexts);
    return formatText(exposition, { timestamps: false, labelTexts });
  }
}
