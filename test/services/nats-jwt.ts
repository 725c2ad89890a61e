import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');
const NO_LIMITS = { subs: -1, data: -1, payload: -1 };

/** A configuration of a server whose users have credentials files, and the content of one. */
export function createOperator(): { readonly config: string; readonly creds: string } {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const accountLimits = { ...NO_LIMITS, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const operatorToken = sign(operator, operator, { type: 'operator', version: 2 });
  const accountToken = sign(operator, account, { type: 'account', version: 2, limits: accountLimits });
  const userToken = sign(account, user, { type: 'user', version: 2, ...NO_LIMITS });
  return {
    // A busy machine may need longer than the 2 s that are the default.
    config: `authorization: { timeout: 60 }\noperator: ${operatorToken}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${accountToken} }`,
    creds: `-----BEGIN NATS USER JWT-----
${userToken}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${Buffer.from(user.getSeed()).toString()}
------END USER NKEY SEED------
`,
  };
}

/** A token in the format of NATS. */
function sign(issuer: KeyPair, subject: KeyPair, nats: object): string {
  const claims = {
    jti: subject.getPublicKey(),
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
    nats,
  };
  const text = `${base64(JSON.stringify({ typ: 'JWT', alg: 'ed25519-nkey' }))}.${base64(JSON.stringify(claims))}`;
  return `${text}.${base64(issuer.sign(Buffer.from(text)))}`;
}
