import { formatElapsed, formatValue } from './format.js';
import { fillTable, part } from './live-fill.js';
import { element } from './theme.js';

/** Formats bytes: `84 MiB`. @param {number} bytes */
function formatMemory(bytes) {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

/** Shows the health of the process, and of its pushes. @param {any} health */
export function showHealth(health) {
  part('health').hidden = false;
  const { memory_bytes: memory, cpu, event_loop_delay_seconds: delay, push } = health;
  const facts = [
    ['memory', formatMemory(memory)],
    ['processors in use', cpu === null ? '–' : cpu.toFixed(2)],
    ['event loop delay, longest', delay === null ? '–' : formatValue(delay, 'seconds')],
  ];
  part('health-facts').replaceChildren(
    ...facts.map(([name = '', value = '']) => element('div', '', element('dt', '', name), element('dd', '', value))),
  );
  fillTable('pushes', push.map(pushRow));
}

/** @param {any} target */
function pushRow(target) {
  const { status, seconds_since_success: age, send_seconds: send, calls, retries } = target;
  const isFine = status === null || status === 'success';
  const { pending_samples: pending, dropped_samples: dropped } = target;
  return element(
    'tr',
    '',
    element('th', '', target.target),
    element('td', `state ${isFine ? '' : 'bad'}`, status ?? 'none yet'),
    element('td', 'numbers', age === null ? 'never' : `${formatElapsed(Math.round(age))} ago`),
    element('td', 'numbers', send === null ? '–' : formatValue(send, 'seconds')),
    element('td', 'numbers', formatValue(calls, 'count')),
    element('td', retries > 0 ? 'numbers bad' : 'numbers', formatValue(retries, 'count')),
    element('td', 'numbers', formatValue(pending, 'count')),
    element('td', dropped > 0 ? 'numbers bad' : 'numbers', formatValue(dropped, 'count')),
  );
}
