import type { ControlRoute, ControlRoutes } from '../control-routes.ts';
import type { LiveFeed } from './live-feed.ts';

/** Routes of the event stream, and of the report of the last run. */
export function createLiveRoutes(feed: LiveFeed): ControlRoutes {
  return new Map<string, ControlRoute>([
    [
      '/events',
      {
        GET: (_, { query, lastEventId }) => {
          if (feed.isFull) return { status: 503, document: { error: 'too many clients of the event stream' } };
          const wantsReport = query.get('report') === '1';
          return { open: (response) => feed.connect(response, lastEventId, wantsReport) };
        },
      },
    ],
    [
      '/report',
      {
        GET: async () => {
          const text = await feed.report();
          if (text === undefined) return { status: 404, document: { error: 'no run is over yet' } };
          return { status: 200, text, headers: { 'content-type': 'text/html; charset=utf-8' } };
        },
      },
    ],
  ]);
}
