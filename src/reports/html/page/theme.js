/** Current value of a color of the style sheet, light or dark. @param {string} name */
export function colorOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Translucent color. @param {string} name @param {string} alpha two hexadecimal digits */
export function tintOf(name, alpha) {
  return `${colorOf(name)}${alpha}`;
}

/**
 * Creates an element with a class and children; strings become text, never markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}
