import type { ServerResponse } from 'node:http';
import type { DebugSwitch } from '../shared/log.ts';
import type { StatusDocument } from './status-document.ts';

/** Everything that the control API reads and controls. */
export interface ControlTarget {
  status(): StatusDocument;
  /** Requests a stop; returns at once. */
  stop(): void;
  /** Whether it accepts requests for work; `false` from the beginning of its shutdown on. */
  readonly isReady: boolean;
  readonly debug: DebugSwitch;
}

/** An answer: HTTP status, and a document that becomes JSON. */
interface DocumentAnswer {
  readonly status: number;
  readonly document: unknown;
}

/** An answer with a text of another type. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
  /** With `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer that is written over time; `open` owns the response and ends it. */
interface StreamAnswer {
  open(response: ServerResponse): void;
}

export type ControlAnswer = DocumentAnswer | TextAnswer | StreamAnswer;

export type Method = 'GET' | 'POST';

/** Parts of a request that handlers read, beside its body. */
export interface ControlRequest {
  readonly query: URLSearchParams;
  /** Header `last-event-id`: where a client of the event stream was. */
  readonly lastEventId: string | undefined;
}

/** Handles a request; POST gets the JSON value of its body, `undefined` without one. */
type ControlHandler = (body: unknown, request: ControlRequest) => ControlAnswer | Promise<ControlAnswer>;

/** Handlers of one path, by method. */
export interface ControlRoute extends Readonly<Partial<Record<Method, ControlHandler>>> {
  /** Answers without a token, because nothing of a run is in the answer. Absent: `false`. */
  readonly isPublic?: boolean;
}

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
  /** Whether it is the file that the agent was started with, which may use any file; never set for a received one. */
  readonly isOwn?: boolean;
}
