import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type ControlAccess, LOOPBACK_ACCESS } from '../agent/control/access.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import { isLoopback } from '../shared/network/loopback.ts';

/** Variable with the token of the control API. */
const TOKEN_VARIABLE = 'LOADBOT_CONTROL_TOKEN';

/** Flag with the file of the token, of commands that serve the control API and of its clients. */
export interface TokenFlags {
  readonly token_file?: string;
}

/** Flags of commands that serve the control API. */
export interface ControlFlags extends TokenFlags {
  readonly control_host?: string;
}

/** Adds the flags of the address and token of the control API. */
export function addControlOptions(command: Command): Command {
  return command
    .option(
      '--control_host <host>',
      'address of the control API; beyond loopback it needs a token (default: 127.0.0.1)',
    )
    .addOption(tokenOption());
}

/** The flag with the file of the token. */
export function tokenOption(): Option {
  return new Option('--token_file <file>', `file with the token of the control API (default: ${TOKEN_VARIABLE})`);
}

/**
 * Reads where the control API listens, and its token, whose variable is removed from `env`: commands of sources would
 * inherit it, and workloads could refer to it.
 * @throws {LoadbotError} `config_invalid` for an invalid token, or an address beyond loopback without one
 */
export async function readControlAccess(flags: ControlFlags, env: NodeJS.ProcessEnv): Promise<ControlAccess> {
  const { control_host: host = LOOPBACK_ACCESS.host } = flags;
  const token = await readToken(flags, env);
  delete env[TOKEN_VARIABLE];
  if (token !== undefined || isLoopback(host)) return { host, token };
  throw new LoadbotError('config_invalid', `--control_host ${host} needs a token`, {
    hint: `write one to a file and set --token_file FILE, or the variable ${TOKEN_VARIABLE}`,
  });
}

/** Printable characters without spaces, which fit into a header. */
const TOKEN = /^[\x21-\x7e]{16,512}$/;

/**
 * Reads the token of the control API; `undefined`: none is set. The flag overrides the variable.
 * @throws {LoadbotError} `config_invalid` for a file that cannot be read, or an invalid token, which is not repeated
 */
export async function readToken({ token_file: file }: TokenFlags, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const [name, text] = file === undefined ? [TOKEN_VARIABLE, env[TOKEN_VARIABLE] ?? ''] : [file, await read(file)];
  if (text === '' && file === undefined) return undefined;
  const token = text.trim();
  if (TOKEN.test(token)) return token;
  throw new LoadbotError('config_invalid', `${name} does not hold a token of 16 to 512 printable characters`, {
    hint: `create one: openssl rand -hex 32 > token`,
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const message = `--token_file cannot be read: ${messageOf(cause)}`;
    throw new LoadbotError('config_invalid', message, { hint: 'set the path of a file with the token', cause });
  }
}
