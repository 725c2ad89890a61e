import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { Bus, BusError } from './bus.ts';
import { demandsClientCertificate } from './nats-client-certificate.ts';
import { ReconnectBackoff } from './nats-backoff.ts';
import { NatsBus } from './nats-bus.ts';
import type { NatsCredentials } from './nats-credentials.ts';
import { clientCertificateNeeded, explainConnectError, explainLoss, explainServerError } from './nats-errors.ts';
import { openLastStates } from './nats-last-states.ts';
import { loadNatsLibrary, type NatsLibrary } from './nats-library.ts';
import type { NatsSettings } from './nats-settings.ts';

export interface NatsOptions {
  /** Token of this member's name, unique among the members: answers arrive at `_INBOX.<name>.>`. */
  readonly name: string;
  readonly clock: Pick<Clock, 'after'>;
  /** Problems that no call returns: denied subjects, a slow consumer, refused credentials at a reconnect. */
  readonly onProblem: (problem: BusError) => void;
  /**
   * Whether `lastStates` is needed. `if available` (default): it is `undefined` without JetStream, or without its
   * library.
   */
  readonly lastStates?: 'if available' | 'required';
}

/** Bound of one connection attempt, to one address. */
const ATTEMPT_TIMEOUT_MS = 5000;
/** Bound of the first connection, over all servers and addresses. */
const CONNECT_TIMEOUT_MS = 20_000;
/** A silent connection is given up after two pings without an answer. */
const PING_INTERVAL_MS = 2000;
const UNANSWERED_PINGS = 2;

/**
 * Connects to a NATS server or cluster: one attempt for each server. Afterwards the bus reconnects for ever.
 * @throws {LoadbotError} `config_invalid` without the library, for credentials or certificates that the server refuses,
 *   for a server that is not trusted, and without JetStream if it is required; `server_unreachable` without a server
 */
export async function connectNats(settings: NatsSettings, options: NatsOptions): Promise<Bus> {
  const library = await loadNatsLibrary();
  const backoff = new ReconnectBackoff();
  let connection: NatsConnection;
  try {
    const connecting = library.connect(connectionOptions(settings, library, options.name, backoff));
    connection = await withinTimeout(connecting, options.clock);
  } catch (error) {
    const isSilent = error instanceof library.errors.TimeoutError;
    if (isSilent && lacksCertificate(settings) && (await demandsClientCertificate(settings, options.clock))) {
      throw clientCertificateNeeded(settings);
    }
    throw explainConnectError(error, settings, library);
  }
  void backoff.follow(connection);
  try {
    return await openBus(connection, settings, library, options);
  } catch (error) {
    void connection.close();
    throw error;
  }
}

async function openBus(
  connection: NatsConnection,
  settings: NatsSettings,
  library: NatsLibrary,
  { name, clock, onProblem, lastStates = 'if available' }: NatsOptions,
): Promise<Bus> {
  const inbox = library.createInbox(`_INBOX.${name}`);
  const states = await openLastStates(connection, settings, lastStates === 'required');
  const { PermissionViolationError } = library.errors;
  const events = {
    explain: (error: Error) => explainServerError(error, settings, library),
    explainLoss: () => explainLoss(settings),
    deniedSubject: (error: Error) =>
      error instanceof PermissionViolationError && error.operation === 'publish' ? error.subject : undefined,
    onProblem,
  };
  const bus = new NatsBus(connection, inbox, clock, events, states);
  if (await bus.hasInbox()) return bus;
  await bus.close();
  throw new LoadbotError('config_invalid', `the bus ${settings.shown} does not allow this user to receive answers`, {
    hint: `allow it to subscribe to _INBOX.${name}.>, as examples/fleet/nats.conf does`,
  });
}

/** Rejects after the time; a connection that is opened later is closed. */
async function withinTimeout(
  connecting: Promise<NatsConnection>,
  clock: Pick<Clock, 'after'>,
): Promise<NatsConnection> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = clock.after(CONNECT_TIMEOUT_MS, () => {
      isLate = true;
      reject(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`));
    });
    connecting.then(
      (connection) => {
        timer.cancel();
        if (isLate) void connection.close();
        else resolve(connection);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error);
      },
    );
  });
}

function connectionOptions(
  settings: NatsSettings,
  library: NatsLibrary,
  name: string,
  backoff: ReconnectBackoff,
): ConnectionOptions {
  const { servers, credentials } = settings;
  return {
    servers: servers.map(({ host, port }) => `${isIP(host) === 6 ? `[${host}]` : host}:${port}`),
    name: `loadbot-agent ${name}`,
    inboxPrefix: `_INBOX.${name}`,
    timeout: ATTEMPT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: UNANSWERED_PINGS,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => backoff.delayMs(),
    // Credentials may be refused for a while, as when the server is restarted with others.
    ignoreAuthErrorAbort: true,
    // Only named servers get credentials.
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    ...tlsOptions(settings),
    ...(credentials && { authenticator: createAuthenticator(credentials, library) }),
  };
}

function lacksCertificate({ tls }: NatsSettings): boolean {
  return tls !== undefined && tls.cert === undefined;
}

function tlsOptions({ tls, servers }: NatsSettings): Pick<ConnectionOptions, 'tls'> {
  if (tls === undefined) return {};
  const addresses = servers.map(({ host }) => host).filter((host) => isIP(host) !== 0);
  // The library passes on all options of `tls.connect`, but its types have only some of them.
  const options = {
    ...tls,
    // For an address the library gives no name, and Node would verify "localhost".
    checkServerIdentity(host: string, certificate: Parameters<typeof checkServerIdentity>[1]): Error | undefined {
      if (host !== 'localhost' || addresses.length === 0) return checkServerIdentity(host, certificate);
      const names = servers.some((server) => server.host === 'localhost') ? [host, ...addresses] : addresses;
      const errors = names.map((name) => checkServerIdentity(name, certificate));
      return errors.includes(undefined) ? undefined : errors[0];
    },
  };
  return { tls: options as NonNullable<ConnectionOptions['tls']> };
}

function createAuthenticator(
  credentials: NatsCredentials,
  library: NatsLibrary,
): NonNullable<ConnectionOptions['authenticator']> {
  if ('user' in credentials) return library.usernamePasswordAuthenticator(credentials.user, credentials.password);
  if ('token' in credentials) return library.tokenAuthenticator(credentials.token);
  const authenticator =
    'seed' in credentials
      ? library.nkeyAuthenticator(Buffer.from(credentials.seed))
      : library.credsAuthenticator(Buffer.from(credentials.creds));
  try {
    authenticator('a nonce');
  } catch (cause) {
    const [file, content] =
      'seed' in credentials
        ? ['LOADBOT_BUS_NKEY_FILE', "the seed of a user's nkey (SU...)"]
        : ['LOADBOT_BUS_CREDS_FILE', 'the credentials of a user, as written by nsc'];
    throw new LoadbotError('config_invalid', `${file}: the file does not contain ${content}`, { cause });
  }
  return authenticator;
}
