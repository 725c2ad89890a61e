import type { StatusDocument } from './status-document.ts';

/** What the control API is about. */
export interface Controlled {
  status(): StatusDocument;
  /** Asks the run to stop; returns at once. */
  stop(): void;
}

/** What is answered: a status of HTTP, and a document that becomes JSON. */
export interface Answer {
  readonly status: number;
  readonly document: unknown;
}

/** What can be asked for at one path, and by which method. */
export interface Route {
  readonly method: 'GET' | 'POST';
  answer(): Answer;
}

/** Everything that can be asked for, by its path. */
export function createRoutes(controlled: Controlled): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    ['/status', { method: 'GET', answer: () => ({ status: 200, document: controlled.status() }) }],
    [
      '/stop',
      {
        method: 'POST',
        answer: () => {
          controlled.stop();
          return { status: 202, document: controlled.status() };
        },
      },
    ],
  ]);
}
