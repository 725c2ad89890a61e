import { get, Grants, Once, post, type Site } from './site.ts';

/**
 * Gives each user a token and a cookie at login, and each iteration a ticket and a cookie; takes them back from the same
 * user and iteration alone.
 */
export const identitySite: Site = (ledger) => {
  const logins = new Grants<true>(ledger);
  const cookies = new Grants<true>(ledger);
  const tickets = new Grants<{ readonly iteration: number; readonly visit: string }>(ledger);
  const iterations = new Once(ledger);

  return [
    post('/login', (request) => ({
      headers: { 'set-cookie': `user=${cookies.give(request, true)}; Path=/` },
      body: { token: logins.give(request, true) },
    })),
    get('/ticket', (request) => {
      logins.use(request, request.headers.authorization, 'token');
      cookies.use(request, request.cookies.get('user'), 'cookie');
      iterations.use(request, String(request.iteration), 'iteration');
      const visit = ledger.token();
      return {
        headers: { 'set-cookie': `visit=${visit}; Path=/`, 'x-ticket': '1' },
        body: { ticket: tickets.give(request, { iteration: request.iteration, visit }) },
      };
    }),
    get('/use/:ticket', (request) => {
      logins.use(request, request.headers.authorization, 'token');
      cookies.use(request, request.cookies.get('user'), 'cookie');
      const ticket = tickets.spend(request, request.values[0], 'ticket');
      ledger.require(ticket?.iteration === request.iteration, request, `the ticket of iteration ${ticket?.iteration}`);
      ledger.require(ticket?.visit === request.cookies.get('visit'), request, 'the cookie of another iteration');
      return {};
    }),
  ];
};
