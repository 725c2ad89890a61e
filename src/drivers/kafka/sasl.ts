import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ClassifiedError } from '../classify-error.ts';
import { type KafkaApi, saslAuthenticate, saslHandshake } from './apis.ts';

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** Credentials of a connection; the password is a secret. */
export interface SaslCredentials {
  readonly mechanism: (typeof SASL_MECHANISMS)[number];
  readonly user: string;
  readonly password: string;
}

type Send = <Response>(api: KafkaApi<Response>) => Promise<Response>;

const MOST_ITERATIONS = 1_000_000;
const derive = promisify(pbkdf2);

/** Authenticates a connection. @throws {KafkaError} with the detail `authentication` for credentials that are refused */
export async function authenticate({ mechanism, user, password }: SaslCredentials, send: Send): Promise<void> {
  await send(saslHandshake(mechanism));
  if (mechanism === 'PLAIN') {
    await send(saslAuthenticate(Buffer.from(`\0${user}\0${password}`)));
    return;
  }
  await authenticateByScram(user, password, mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512', send);
}

/** SCRAM (RFC 5802), without channel binding. */
async function authenticateByScram(user: string, password: string, hash: string, send: Send): Promise<void> {
  const nonce = randomBytes(18).toString('base64url');
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const first = `n=${name},r=${nonce}`;
  const challenge = (await send(saslAuthenticate(Buffer.from(`n,,${first}`)))).toString();
  const [, fullNonce = '', salt = '', count = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(challenge) ?? [];
  const iterations = Number(count);
  if (!fullNonce.startsWith(nonce) || iterations < 1 || iterations > MOST_ITERATIONS)
    throw new ClassifiedError('protocol', 'the challenge of the broker is not of SCRAM');
  const keyLength = createHash(hash).digest().length;
  const salted = await derive(password, Buffer.from(salt, 'base64'), iterations, keyLength, hash);
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const clientKey = hmac(salted, 'Client Key');
  const unproven = `c=biws,r=${fullNonce}`;
  const transcript = `${first},${challenge},${unproven}`;
  const signature = hmac(createHash(hash).update(clientKey).digest(), transcript);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]!)).toString('base64');
  const final = (await send(saslAuthenticate(Buffer.from(`${unproven},p=${proof}`)))).toString();
  const expected = hmac(hmac(salted, 'Server Key'), transcript);
  const given = Buffer.from(/^v=([^,]+)/.exec(final)?.[1] ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new ClassifiedError('protocol', 'the broker does not know the password that it has accepted');
}
