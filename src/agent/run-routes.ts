import type { ControlAnswer, ControlRoute, ControlRoutes, ControlTarget } from './control-routes.ts';
import { createSteeringRoutes } from './control/steering-routes.ts';

/** Routes that every run has. */
export function createRoutes(controlled: ControlTarget): ControlRoutes {
  const { debug } = controlled;
  const ofDebug = (status: number): ControlAnswer => ({ status, document: { debug: debug.on } });
  return new Map<string, ControlRoute>([
    ['/status', { GET: () => ({ status: 200, document: controlled.status() }) }],
    ...createSteeringRoutes(controlled),
    [
      '/debug',
      {
        GET: () => ofDebug(200),
        POST: (body) => {
          const { debug: wanted } = Object(body) as Record<string, unknown>;
          if (typeof wanted !== 'boolean') {
            return { status: 400, document: { error: 'the body must be {"debug": true} or {"debug": false}' } };
          }
          debug.on = wanted;
          return ofDebug(200);
        },
      },
    ],
    ['/healthz', { isPublic: true, GET: () => ({ status: 200, document: { status: 'ok' } }) }],
    [
      '/readyz',
      {
        isPublic: true,
        GET: () =>
          controlled.isReady
            ? { status: 200, document: { status: 'ready' } }
            : { status: 503, document: { status: 'ending' } },
      },
    ],
  ]);
}
