import { formOf, get, page, post, redirect, type Site } from './site.ts';

const SCRIPT = `fetch('/api/suggestions?q=' + encodeURIComponent('sea & sand'), { headers: { 'x-requested-with': 'library' } });`;

/** Pages as a browser sees them: a style sheet, a script that asks for data, a form whose answer redirects. */
export const librarySite: Site = (ledger) => [
  get('/', () =>
    page(
      'Library',
      `<link rel="stylesheet" href="/static/library.css">
       <form action="/search" method="post"><input name="title" value="Moby-Dick; or, The Whale"><button>Go</button></form>
       <script src="/static/library.js"></script>`,
    ),
  ),
  get('/favicon.ico', () => ({ status: 404 })),
  get('/static/library.css', () => ({ headers: { 'content-type': 'text/css' }, body: 'body { margin: 0 }' })),
  get('/static/library.js', () => ({ headers: { 'content-type': 'text/javascript' }, body: SCRIPT })),
  get('/api/suggestions', (request) => {
    ledger.require(request.query.get('q') === 'sea & sand', request, `asked for ${request.query.get('q')}`);
    ledger.require(request.headers['x-requested-with'] === 'library', request, 'not a request of the page');
    return { body: ['The Old Man and the Sea'] };
  }),
  post('/search', (request) => {
    const title = formOf(request, ledger).get('title') ?? '';
    ledger.require(title === 'Moby-Dick; or, The Whale', request, `searched for ${title}`);
    return redirect(`/results?title=${encodeURIComponent(title)}`, 303);
  }),
  get('/results', (request) => {
    ledger.require(request.query.get('title') === 'Moby-Dick; or, The Whale', request, 'the results of another title');
    return page('Results', '<a href="/books/1">Moby-Dick</a>');
  }),
  get('/books/:id', () => page('Moby-Dick', 'Call me Ishmael.')),
];
