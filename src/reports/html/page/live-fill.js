import { keyOfJob } from './live-run.js';
import { titleOfJob } from './live-tables.js';
import { element } from './theme.js';

/** Element of the page by its id. @param {string} id @returns {HTMLElement} */
export function part(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}

/** Fills the table of a section, which is hidden without rows. @param {string} id @param {HTMLTableRowElement[]} rows */
export function fillTable(id, rows) {
  const section = part(id);
  const body = section.querySelector('tbody');
  section.hidden = rows.length === 0;
  // The focus stays on the button of its job.
  const focused = document.activeElement?.closest('tr');
  const at = focused?.parentElement === body ? [...(body?.rows ?? [])].indexOf(focused) : -1;
  body?.replaceChildren(...rows);
  if (at !== -1) rows[at]?.querySelector('button')?.focus();
}

/** Fills the choice of jobs. @param {any[]} jobs @param {string} selected */
export function fillSelect(jobs, selected) {
  const select = /** @type {HTMLSelectElement} */ (part('job-select'));
  if (select.options.length !== jobs.length) {
    select.replaceChildren(
      ...jobs.map((job) => {
        const option = element('option', '', titleOfJob(job, jobs));
        option.value = keyOfJob(job);
        return option;
      }),
    );
  }
  if (select.value !== selected) select.value = selected;
}
