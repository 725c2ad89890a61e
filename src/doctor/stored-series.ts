import type { Labels } from '../metrics/family.ts';

/** A stored series: its labels, and its values if the response has them. */
export interface StoredSeries {
  readonly labels: Labels;
  readonly values: readonly number[];
}

/**
 * Parses a response of VictoriaMetrics' `/api/v1/export`: one series per line.
 * @returns `undefined` for any other response
 */
export function readExport(text: string): StoredSeries[] | undefined {
  const series: StoredSeries[] = [];
  for (const line of text.split('\n').filter((line) => line.trim() !== '')) {
    const { metric, values } = parseRecord(line);
    if (!isRecord(metric) || !Array.isArray(values)) return undefined;
    series.push({ labels: toLabels(metric), values: values.map(Number) });
  }
  return series;
}

/**
 * Parses a response of the instant query API.
 * @returns `undefined` for any other response
 */
export function readQuery(text: string): StoredSeries[] | undefined {
  const { status, data } = parseRecord(text);
  if (status !== 'success' || !isRecord(data) || !Array.isArray(data['result'])) return undefined;
  return data['result'].filter(isRecord).map(({ metric, value }) => ({
    labels: isRecord(metric) ? toLabels(metric) : {},
    values: Array.isArray(value) ? [Number(value[1])] : [],
  }));
}

/**
 * Parses one family of a response of a Pushgateway's `/api/v1/metrics`.
 * @returns `undefined` for any other response
 */
export function readGroups(text: string, family: string): StoredSeries[] | undefined {
  const { status, data } = parseRecord(text);
  if (status !== 'success' || !Array.isArray(data)) return undefined;
  return data.filter(isRecord).flatMap((group) => {
    const found = group[family];
    const metrics = isRecord(found) && Array.isArray(found['metrics']) ? found['metrics'] : [];
    return metrics.filter(isRecord).map(({ labels, value }) => ({
      labels: isRecord(labels) ? toLabels(labels) : {},
      values: [Number(value)],
    }));
  });
}

function parseRecord(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toLabels(record: Record<string, unknown>): Labels {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]));
}
