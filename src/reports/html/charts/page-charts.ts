import { groupBy } from '../../../shared/group-by.ts';
import type { ResultDocument } from '../../document/result-document.ts';
import { describeChangeDocument, pauseSpans } from '../../phrases/steering.ts';
import { markup, Markup } from '../markup.ts';
import { embedJson } from '../page-files.ts';
import type { Chart, PageData, ShadedSpan } from './chart.ts';

/** Chart with its title in the page. */
export interface TitledChart extends Omit<Chart, 'axis'> {
  readonly title: string;
  /** Description of the values, behind the title. */
  readonly note: string;
  /** Values of the horizontal axis. */
  readonly along: readonly number[];
}

/** Collects the charts of a page: placeholders for its text, numbers for its data. */
export class PageCharts {
  /** Charts as JSON: encoded one by one, since all of them take long. */
  readonly #charts: string[] = [];
  /** Names of axes by their JSON. */
  readonly #axes = new Map<string, string>();

  /** Adds a chart and returns its placeholder element. */
  add({ title, note, along, ...chart }: TitledChart): Markup {
    this.#charts.push(embedJson({ ...chart, axis: this.#nameOf(along) } satisfies Chart));
    return markup`<figure class="chart" id="${chart.id}"><figcaption><h3>${title}</h3> <small>${note}</small></figcaption></figure>
`;
  }

  /** Returns the data of the page, as JSON of a {@link PageData} for a `script` element. */
  toPageData(document: ResultDocument): Markup {
    const rest: Omit<PageData, 'axes' | 'charts'> = {
      startedMs: Date.parse(document.started_at),
      spans: [...phaseSpans(document), ...findingSpans(document), ...changeSpans(document)],
    };
    const axes = [...this.#axes].map(([text, name]) => `"${name}":${text}`);
    return new Markup(`{"axes":{${axes.join()}},"charts":[${this.#charts.join()}],${embedJson(rest).slice(1)}`);
  }

  /** Deduplicates axes: charts of one job share theirs. */
  #nameOf(along: readonly number[]): string {
    const text = JSON.stringify(along);
    const name = this.#axes.get(text) ?? `x${this.#axes.size}`;
    this.#axes.set(text, name);
    return name;
  }
}

function phaseSpans({ phases }: ResultDocument): ShadedSpan[] {
  return phases.flatMap(({ name, spans }) => spans.map(([from, to]) => ({ name, kind: 'phase' as const, from, to })));
}

/** Pauses of the load, and its other changes, which take no time. */
function changeSpans({ changes, elapsed_seconds: endSeconds }: ResultDocument): ShadedSpan[] {
  const kind = 'change' as const;
  const others = changes.filter(({ to }) => to !== null);
  return [
    ...pauseSpans(changes, endSeconds).map(([from, to]) => ({ name: 'paused', kind, from, to })),
    ...others.map((change) => ({
      name: describeChangeDocument(change),
      kind,
      from: change.at_seconds,
      to: change.at_seconds,
    })),
  ];
}

/** Seconds with findings about the load generator. */
function findingSpans({ jobs, validity }: ResultDocument): ShadedSpan[] {
  const sections = jobs.map(({ uuid }, index) => ({ uuid, id: `job-${index + 1}` }));
  const sectionsOf = groupBy(sections, ({ uuid }) => uuid);
  return validity.findings.flatMap(({ signal, job_uuid: uuid, spans_seconds: spans }) => {
    // A mixed job has one section per request type.
    const own = uuid === null ? undefined : sectionsOf.get(uuid)?.map(({ id }) => id);
    return spans.map(([from = 0, to = from]) => ({
      name: `generator: ${signal}`,
      kind: 'finding' as const,
      ...(own !== undefined && { jobs: own }),
      from,
      to,
    }));
  });
}
