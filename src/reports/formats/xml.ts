/** Characters that XML 1.0 cannot represent (https://www.w3.org/TR/xml/#charsets). */
const UNREPRESENTABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // In attributes, parsers normalize line breaks and tabs to blanks.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Escapes text for an element or a quoted attribute. */
function escapeXml(text: string): string {
  return text.replace(UNREPRESENTABLE, '\uFFFD').replace(/[&<>"\t\n\r]/g, (letter) => ENTITIES[letter] ?? letter);
}

/** Renders an element; attributes with value `undefined` are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  if (children.length === 0) return `<${name}${written}/>`;
  const inner = children.map((child) => `\n${child}`.replaceAll('\n', '\n  ')).join('');
  return `<${name}${written}>${inner}\n</${name}>`;
}
