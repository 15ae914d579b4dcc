/**
 * Words of the interface. English stands in the modules; a translation comes from Django's JavaScript catalogue
 * (`python manage.py makemessages -d djangojs`), which the page loads before them.
 */

/** The translation of an English sentence. */
export function gettext(english) {
  return globalThis.django?.gettext?.(english) ?? english;
}

/** One of two English sentences by number, translated by the rules of the language. */
export function ngettext(one, many, count) {
  return globalThis.django?.ngettext?.(one, many, count) ?? (count === 1 ? one : many);
}

/** `fill("%(n)s of %(m)s", {n: 1, m: 3})` is "1 of 3". An unknown name stays as it is. */
export function fill(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
