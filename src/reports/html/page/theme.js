/** A colour of the style sheet as it is now, light or dark. @param {string} name */
export function colorOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A colour that lets what is below shine through. @param {string} name @param {string} alpha two hexadecimal digits */
export function tintOf(name, alpha) {
  return `${colorOf(name)}${alpha}`;
}

/**
 * An element with a class and what stands in it; text is text, never markup.
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
