import type { Recorder } from '../../recorder/recorder.ts';
import type { RetryBackoff } from './transaction-retry.ts';
import type { StepRecorders } from './step-runner-options.ts';
import type { Steps } from './steps.ts';
import type { UserStates } from './user-state.ts';

/** The steps of a scenario, shared by the users of one thread. */
export interface Scenario {
  readonly before: Steps | undefined;
  readonly steps: Steps;
  readonly after: Steps | undefined;
  /** A transaction that the steps begin and end. */
  readonly transaction:
    | { readonly rollback: Steps; readonly retries: number; readonly backoffMs: RetryBackoff }
    | undefined;
  /** Whether each iteration is a new user: new cookies, new connection, `before` and `after` in it. */
  readonly isUserPerIteration: boolean;
  /** Whether each iteration but a user's first has a new connection. */
  readonly renewsConnections: boolean;
  readonly states: UserStates;
  /** Number of slots of captured values: of the user, and of its iteration. */
  readonly slots: { readonly user: number; readonly iteration: number };
  /** Whether steps call functions of the workload. */
  readonly callsFunctions: boolean;
  /** Recorders of the steps by operation, of the window whose iterations a recorder counts. */
  readonly recordersOf: (iterations: Recorder) => StepRecorders;
}
