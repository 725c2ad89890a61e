import { formOf, get, Grants, page, post, redirect, type Site, type SiteReply, type SiteRequest } from './site.ts';

/** Pages whose links are valid for one user alone. */
export const docsSite: Site = (ledger) => {
  const pages = new Grants<true>(ledger);
  const subPages = new Grants<true>(ledger);

  const links = (request: SiteRequest, grants: Grants<true>, folder: string): string =>
    [1, 2, 3, 4]
      .map((number) => `<a class="internal" href="/${folder}/${grants.give(request, true)}">chapter ${number}</a>`)
      .join('\n');

  return [
    get('/', (request) => page('Contents', `<div class="toctree-wrapper">${links(request, pages, 'page')}</div>`)),
    get('/favicon.ico', () => ({ body: Buffer.from([0, 0, 1, 0]) })),
    get('/page/:id', (request) => {
      pages.use(request, request.values[0], 'page');
      return page('Page', links(request, subPages, 'sub'));
    }),
    get('/sub/:id', (request) => {
      subPages.spend(request, request.values[0], 'sub page');
      return page('Sub page', 'the end');
    }),
  ];
};

const ANIMALS = new Set(['dino', 'pony', 'armadillo']);

/** Pages of pictures made of letters. */
export const artSite: Site = () => [
  get('/', () => page('Zoo', 'animals')),
  get('/:animal', ({ values: [animal = ''] }) =>
    ANIMALS.has(animal) ? page(animal, `<pre>${animal}</pre>`) : { status: 404, body: 'no such animal' },
  ),
];

const COMPUTERS = ['MacBook', 'MacBook Pro', 'ThinkPad', 'Amiga 500', 'Commodore 64'];

/** A database of computers: a search whose results have links, pages, and a form. */
export const computersSite: Site = (ledger) => {
  const found = new Grants<string>(ledger);
  /** Next page that each user has to request. */
  const nextPages = new Map<number, number>();
  const forms = new Grants<true>(ledger);

  const list = (request: SiteRequest): SiteReply => {
    const { query, user } = request;
    const number = query.get('p');
    if (number !== null) {
      ledger.require(Number(number) === (nextPages.get(user) ?? 0), request, `page ${number} is not the next one`);
      nextPages.set(user, (Number(number) + 1) % 4);
      return page('Computers', `page ${number}`);
    }
    const wanted = query.get('f') ?? '';
    const rows = COMPUTERS.filter((name) => name.includes(wanted)).map(
      (name) => `<tr><td><a href="/computers/${found.give(request, name)}">${name}</a></td></tr>`,
    );
    return page('Computers', `<table>${rows.join('\n')}</table>`);
  };

  const create = (request: SiteRequest): SiteReply => {
    const form = formOf(request, ledger);
    forms.spend(request, String(request.user), 'form');
    const fields = ['name', 'introduced', 'discontinued', 'company'].map((name) => form.get(name));
    const expected = ['Beautiful Computer', '2012-05-30', '', '37'];
    ledger.require(fields.join('|') === expected.join('|'), request, `the form has ${fields.join('|')}`);
    return redirect('/computers', 303);
  };

  return [
    get('/', () => page('Computers', '574 computers')),
    get('/computers', list),
    get('/computers/new', (request) => {
      forms.give(request, true, String(request.user));
      return page('New computer', '<form action="/computers" method="POST"></form>');
    }),
    post('/computers', create),
    get('/computers/:id', (request) => page(found.spend(request, request.values[0], 'computer') ?? '', 'details')),
  ];
};
