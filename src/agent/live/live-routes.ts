import type { ControlRoute, ControlRoutes } from '../control-routes.ts';
import type { LiveFeed } from './live-feed.ts';
import type { LivePage } from './live-page.ts';

/** Routes of the live page and of the event stream. */
export function createLiveRoutes(feed: LiveFeed): ControlRoutes {
  let page: LivePage | undefined;
  return new Map<string, ControlRoute>([
    [
      '/',
      {
        isPublic: true,
        GET: async () => {
          page ??= (await import('./live-page.ts')).renderLivePage();
          // Loaded now, so that the report does not delay the end of the run.
          await import('../../reports/html/html.ts');
          const { html: text, policy } = page;
          const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
          return { status: 200, text, headers };
        },
      },
    ],
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
  ]);
}
