import { element } from './theme.js';

/** Rows from which a filter is useful. */
const ENOUGH_TO_FILTER = 6;

/**
 * Makes the table of all jobs sortable, and adds a filter above it if there are many jobs. Without the script it is a
 * plain table.
 */
export function enhanceJobs() {
  const table = document.querySelector('#jobs table');
  const body = table?.querySelector('tbody');
  if (!table || !body) return;
  const rows = [...body.rows];
  for (const [column, head] of [...table.querySelectorAll('thead th')].entries())
    makeSortable(head, column, body, rows);
  if (rows.length >= ENOUGH_TO_FILTER) table.parentElement?.before(makeToolbar(rows));
}

/**
 * Puts a button into a column header, which sorts by this column, then in the other direction, then as at first.
 * @param {Element} head
 * @param {number} column
 * @param {HTMLTableSectionElement} body
 * @param {readonly HTMLTableRowElement[]} rows in their original order
 */
function makeSortable(head, column, body, rows) {
  const button = element('button', 'sort', head.textContent ?? '');
  button.type = 'button';
  head.replaceChildren(button);
  // The largest number is what people look for.
  const first = head.classList.contains('numbers') ? 'descending' : 'ascending';
  button.addEventListener('click', () => {
    const before = head.getAttribute('aria-sort');
    const order = before === null ? first : before === first ? opposite(first) : null;
    for (const other of head.parentElement?.children ?? []) other.removeAttribute('aria-sort');
    if (order !== null) head.setAttribute('aria-sort', order);
    body.append(...(order === null ? rows : sorted(rows, column, order === 'descending')));
  });
}

/** @param {string} order */
function opposite(order) {
  return order === 'ascending' ? 'descending' : 'ascending';
}

/** @param {readonly HTMLTableRowElement[]} rows @param {number} column @param {boolean} isDescending */
function sorted(rows, column, isDescending) {
  const keyed = rows.map((row) => ({ row, key: keyOf(row.cells[column]) }));
  const known = keyed.filter(({ key }) => key !== undefined);
  known.sort((a, b) => compare(a.key ?? '', b.key ?? '') * (isDescending ? -1 : 1));
  // Unknown values are last in both directions.
  return [...known, ...keyed.filter(({ key }) => key === undefined)].map(({ row }) => row);
}

/** Exact number of a cell, or its text; `undefined` for a dash or nothing. @param {HTMLTableCellElement | undefined} cell */
function keyOf(cell) {
  const value = cell?.querySelector('data')?.value;
  if (value !== undefined) return Number(value);
  // Without the mark of a failed job.
  const text = (cell?.querySelector('a') ?? cell)?.textContent?.trim() ?? '';
  return text === '' || text === '–' ? undefined : text;
}

/** @param {string | number} a @param {string | number} b */
function compare(a, b) {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), 'en', { numeric: true });
}

/**
 * Creates the filter by name and type, and the button that opens or closes all jobs.
 * @param {readonly HTMLTableRowElement[]} rows
 */
function makeToolbar(rows) {
  const jobs = rows.map((row) => ({ row, text: textOf(row), section: sectionOf(row) }));
  const input = element('input', '');
  input.type = 'search';
  input.placeholder = 'name or type';
  const found = element('output', 'note');
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = jobs.filter(({ text }) => words.every((word) => text.includes(word)));
    for (const { row, section } of jobs) for (const part of [row, section]) part?.toggleAttribute('hidden', true);
    for (const { row, section } of matching) for (const part of [row, section]) part?.removeAttribute('hidden');
    found.value = words.length === 0 ? '' : `${matching.length} of ${jobs.length}`;
  };
  input.addEventListener('input', filter);
  const unfold = element('button', 'unfold', 'open all');
  unfold.type = 'button';
  unfold.addEventListener('click', () => {
    const isOpening = unfold.textContent === 'open all';
    for (const { section } of jobs) if (section instanceof HTMLDetailsElement) section.open = isOpening;
    unfold.textContent = isOpening ? 'close all' : 'open all';
  });
  return element('div', 'toolbar', element('label', '', 'Filter jobs ', input), found, unfold);
}

/** @param {HTMLTableRowElement} row */
function textOf({ cells }) {
  return `${cells[0]?.textContent} ${cells[1]?.textContent}`.toLowerCase();
}

/** Section of the job that a row links to. @param {HTMLTableRowElement} row */
function sectionOf(row) {
  const id = row.querySelector('a')?.hash.slice(1) ?? '';
  return document.getElementById(id)?.closest('.job');
}
