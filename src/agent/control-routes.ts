import type { ServerResponse } from 'node:http';
import type { DebugSwitch } from '../shared/log.ts';
import type { Steering } from '../engine/steering.ts';
import type { StatusDocument } from './status-document.ts';

/** Everything that the control API reads and controls. */
export interface ControlTarget {
  status(): StatusDocument;
  /**
   * Requests a stop; returns at once.
   * @param drainMs replaces the drain time of the jobs; 0: requests in flight are aborted
   */
  stop(drainMs?: number): void;
  /** Changes the load of the run; absent: no run is in progress. */
  readonly steering?: Steering | undefined;
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
  readonly userAgent: string | undefined;
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
