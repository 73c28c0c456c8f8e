/**
 * A piece of HTML or SVG: text that needs no escaping any more. It is a class because what was read from a file can look
 * like any object, but can never be an instance.
 */
export class Markup {
  constructor(readonly markup: string) {}
}

/** What a template may hold: text is escaped, markup is not, lists are joined, `undefined` is nothing. */
export type Fragment = string | number | Markup | readonly Fragment[] | undefined;

/**
 * Writes HTML: a template tag that escapes what is put in.
 *
 * @example
 * html`<p>${'a < b'}</p>`.markup; // '<p>a &lt; b</p>'
 */
export function html(strings: TemplateStringsArray, ...values: readonly Fragment[]): Markup {
  return new Markup(strings.map((text, i) => text + toText(values[i])).join(''));
}

/** Marks text as markup that needs no escaping: style sheets, doctype. */
export function raw(markup: string): Markup {
  return new Markup(markup);
}

/** Sets what stands between backquotes as code: `` `lamo report` ``. */
export function withCode(text: string): Markup {
  return html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function toText(value: Fragment): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.markup;
  if (Array.isArray(value)) return value.map(toText).join('');
  return escapeText(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
