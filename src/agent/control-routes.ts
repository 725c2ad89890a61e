import type { DebugSwitch } from '../shared/log.ts';
import type { StatusDocument } from './status-document.ts';

/** Everything that the control API reads and controls. */
export interface ControlTarget {
  status(): StatusDocument;
  /** Requests a stop; returns at once. */
  stop(): void;
  readonly debug: DebugSwitch;
}

/** An answer: HTTP status, and a document that becomes JSON. */
export interface ControlAnswer {
  readonly status: number;
  readonly document: unknown;
}

export type Method = 'GET' | 'POST';

/** Handlers of one path, by method; POST gets the JSON value of its body, `undefined` without one. */
export type ControlRoute = Readonly<Partial<Record<Method, (body: unknown) => ControlAnswer | Promise<ControlAnswer>>>>;

/** Routes by path. */
export type ControlRoutes = ReadonlyMap<string, ControlRoute>;

/** Routes that every run has. */
export function createRoutes(controlled: ControlTarget): ControlRoutes {
  const { debug } = controlled;
  const ofDebug = (status: number): ControlAnswer => ({ status, document: { debug: debug.on } });
  return new Map<string, ControlRoute>([
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

/** Text of a workload file, as sent to an agent, which reads no workload files itself. */
export interface WorkloadText {
  readonly text: string;
  /** Absolute path of the file, or `stdin`: gives the name, and the base of relative paths in the text. */
  readonly source: string;
  /** Texts of the files that it includes, by path. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Values of its parameters, as `NAME=VALUE`; may be secret. */
  readonly param?: readonly string[] | undefined;
  /** Name of its environment to apply. */
  readonly environment?: string | undefined;
}
