import type { Diagnostic } from '../../shared/errors.ts';

/** Environment variables of a connection to NATS. Values of secrets are never on a command line. */
export const NATS_ENVIRONMENT = {
  user: 'LOADBOT_BUS_USER',
  password: 'LOADBOT_BUS_PASSWORD',
  passwordFile: 'LOADBOT_BUS_PASSWORD_FILE',
  token: 'LOADBOT_BUS_TOKEN',
  tokenFile: 'LOADBOT_BUS_TOKEN_FILE',
  nkeyFile: 'LOADBOT_BUS_NKEY_FILE',
  credsFile: 'LOADBOT_BUS_CREDS_FILE',
  ca: 'LOADBOT_BUS_CA',
  cert: 'LOADBOT_BUS_CERT',
  key: 'LOADBOT_BUS_KEY',
} as const;

/** One kind of credentials; all values except `user` are secrets. */
export type NatsCredentials =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  /** Seed of a user's nkey. */
  | { readonly seed: string }
  /** Content of a credentials file: a JWT and a seed. */
  | { readonly creds: string };

interface CredentialsResult {
  readonly credentials: NatsCredentials | undefined;
  readonly problems: readonly Diagnostic[];
}

type ReadFile = (name: string, path: string) => string | Diagnostic;

/** Reads the credentials of the environment. An empty variable counts as absent. */
export function readNatsCredentials(environment: NodeJS.ProcessEnv, readFile: ReadFile): CredentialsResult {
  const problems: Diagnostic[] = [];
  const { user, password, passwordFile, token, tokenFile, nkeyFile, credsFile } = NATS_ENVIRONMENT;
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  const fromFile = (name: string): string => {
    const result = readFile(name, environment[name] ?? '');
    if (typeof result !== 'string') problems.push(result);
    return typeof result === 'string' ? result : '';
  };
  const valueOf = (name: string, fileName: string): string =>
    isSet(fileName) ? fromFile(fileName).trim() : (environment[name] ?? '');
  const set = [user, password, passwordFile, token, tokenFile, nkeyFile, credsFile].filter(isSet);
  const kinds = new Set(set.map((name) => KIND[name]));
  for (const [name, fileName] of [
    [password, passwordFile],
    [token, tokenFile],
  ] as const) {
    if (isSet(name) && isSet(fileName)) {
      problems.push({ path: fileName, message: `${name} is set, too`, hint: 'unset one of them' });
    }
  }
  if (kinds.size > 1) {
    problems.push({ path: set.join(', '), message: 'two kinds of credentials', hint: 'unset all but one kind' });
  }
  if (isSet(user) !== (isSet(password) || isSet(passwordFile))) {
    const message = isSet(user) ? 'a user needs a password' : 'a password needs a user';
    const unset = isSet(user) ? `${password} or ${passwordFile}` : user;
    problems.push({ path: isSet(user) ? user : set.join(', '), message, hint: `set ${unset}` });
  }
  if (problems.length > 0 || set.length === 0) return { credentials: undefined, problems };
  const credentials = isSet(user)
    ? { user: environment[user] ?? '', password: valueOf(password, passwordFile) }
    : isSet(nkeyFile)
      ? { seed: fromFile(nkeyFile).trim() }
      : isSet(credsFile)
        ? { creds: fromFile(credsFile) }
        : { token: valueOf(token, tokenFile) };
  return { credentials, problems };
}

const KIND: Readonly<Record<string, string>> = {
  [NATS_ENVIRONMENT.user]: 'password',
  [NATS_ENVIRONMENT.password]: 'password',
  [NATS_ENVIRONMENT.passwordFile]: 'password',
  [NATS_ENVIRONMENT.token]: 'token',
  [NATS_ENVIRONMENT.tokenFile]: 'token',
  [NATS_ENVIRONMENT.nkeyFile]: 'nkey',
  [NATS_ENVIRONMENT.credsFile]: 'creds',
};
