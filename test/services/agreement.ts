import { expect } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import type { QueryApi } from './query-api.ts';

/** That a store's last values of every job are those of the result file: counts, sums, every bucket. */
export async function expectStored(store: QueryApi, result: ResultDocument, agent: string): Promise<void> {
  expect(result.jobs.length).toBeGreaterThan(0);
  for (const job of result.jobs) {
    const labels = `job="${job.name}", job_type="${job.type}", job_uuid="${job.uuid}", agent="${agent}"`;
    const last = (family: string, more = ''): Promise<number | undefined> =>
      store.value(`last_over_time(${family}{${labels}${more}}[10m])`);
    expect(await last('requests_total')).toBe(job.requests);
    expect(await last('requests_error')).toBe(job.errors);
    expect(await last('requests_sent_bytes_total')).toBe(job.sent_bytes);
    expect(await last('requests_received_bytes_total')).toBe(job.received_bytes);
    expect(await last('requests_size_bytes_sum')).toBe(job.received_bytes);
    expect(await last('requests_size_bytes_count')).toBeLessThanOrEqual(job.requests);
    for (const [errorClass, count] of Object.entries(job.errors_by_class)) {
      expect(await last('requests_error_class_total', `, class="${errorClass}"`)).toBe(count);
    }
    const times = { requests_duration_seconds: job.service_time, requests_response_seconds: job.response_time };
    for (const [family, time] of Object.entries(times)) {
      if (time === null) continue;
      expect(await last(`${family}_count`)).toBe(time.count);
      // A VictoriaMetrics keeps about 13 digits: 1e-9 of a thousand seconds.
      const sum = (await last(`${family}_sum`)) ?? NaN;
      expect(sum / (time.sum_seconds || 1)).toBeCloseTo(time.sum_seconds === 0 ? 0 : 1, 11);
      for (const { le, count } of time.buckets) {
        expect(await last(`${family}_bucket`, `, le="${le}"`), `${family} le ${le}`).toBe(count);
      }
    }
  }
}
