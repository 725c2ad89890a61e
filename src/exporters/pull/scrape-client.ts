import type { IncomingMessage } from 'node:http';
import { formatMs } from '../../shared/units.ts';
import type { MissedScraper, ScrapeClient } from './scrapers.ts';

export function clientOf({ headers, socket }: IncomingMessage): ScrapeClient {
  const timeoutSeconds = Number(headers['x-prometheus-scrape-timeout-seconds']);
  const forwardedFor = headers['x-forwarded-for'] ?? headers.forwarded ?? '';
  return {
    address: socket.remoteAddress ?? '',
    userAgent: headers['user-agent'] ?? '',
    forwardedFor: String(forwardedFor),
    timeoutMs: timeoutSeconds > 0 && Number.isFinite(timeoutSeconds) ? timeoutSeconds * 1000 : undefined,
  };
}

export function clientName({ address, userAgent }: ScrapeClient): string {
  return `${userAgent || 'a scraper'} at ${address}`;
}

/** Human-readable list of scrapers that missed the last values. */
export function describeMissed(missed: readonly MissedScraper[]): string {
  return missed
    .map(({ client, awayMs }) => `${clientName(client)} (last scrape ${formatMs(awayMs)} before the end)`)
    .join(', ');
}
