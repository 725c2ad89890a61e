import type { DebugSwitch } from '../core/debug.ts';
import type { StatusDocument } from './status-document.ts';

/** Everything that the control API reads and controls. */
export interface Controlled {
  status(): StatusDocument;
  /** Requests a stop; returns at once. */
  stop(): void;
  readonly debug: DebugSwitch;
}

/** An answer: HTTP status, and a document that becomes JSON. */
export interface Answer {
  readonly status: number;
  readonly document: unknown;
}

export type Method = 'GET' | 'POST';

/** Handlers of one path, by method; POST gets the JSON value of its body, `undefined` without one. */
export type Route = Readonly<Partial<Record<Method, (body: unknown) => Answer | Promise<Answer>>>>;

/** Routes by path. */
export type Routes = ReadonlyMap<string, Route>;

/** Routes that every run has. */
export function createRoutes(controlled: Controlled): Routes {
  const { debug } = controlled;
  const ofDebug = (status: number): Answer => ({ status, document: { debug: debug.on } });
  return new Map<string, Route>([
    ['/status', { GET: () => ({ status: 200, document: controlled.status() }) }],
    [
      '/stop',
      {
        POST: () => {
          controlled.stop();
          return { status: 202, document: controlled.status() };
        },
      },
    ],
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
  ]);
}
