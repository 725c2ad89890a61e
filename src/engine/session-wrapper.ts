import type { Exchange, Session } from '../drivers/driver.ts';
import type { Outcome } from '../shared/outcome.ts';

/** A session that changes how requests of another one are executed, and passes on everything else. */
export abstract class SessionWrapper implements Session {
  protected readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  abstract execute(exchange: Exchange): void;

  cancel(outcome: Outcome): void {
    this.session.cancel(outcome);
  }

  reconnect(): void {
    this.session.reconnect();
  }

  forget(): void {
    this.session.forget();
  }

  close(): Promise<void> {
    return this.session.close();
  }
}
