import type { Json } from '../../shared/json.ts';
import { markup, type Markup } from './markup.ts';

/** Renders the effective workload, formatted like a workload file: short lists and objects on one line. */
export function workloadFile(file: Json): Markup {
  return markup`<div class="file">${pretty(file, '').split('\n').map(lineOf)}</div>
`;
}

/** Renders a line with a hanging indent for wrapped text. */
function lineOf(line: string): Markup {
  const indent = line.length - line.trimStart().length;
  return markup`<code class="indent-${Math.min(indent / 2, 8)}">${line.trimStart()}</code>
`;
}

const WIDTH = 90;

function pretty(value: Json, indent: string): string {
  const flat = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= WIDTH) return flat;
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((item: Json) => pretty(item, inner))
    : Object.entries(value).map(([key, item]: [string, Json]) => `${JSON.stringify(key)}: ${pretty(item, inner)}`);
  const [open, shut] = isList ? '[]' : '{}';
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${shut}`;
}

function oneLine(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, item]: [string, Json]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
