// Variables and macros in the texts of a dashboard: $name, ${name}, ${name:format} and [[name]].

const PLACEHOLDER = /\$(\w+)|\$\{([\w.]+)(?::(\w+))?\}|\[\[([\w.]+)(?::(\w+))?\]\]/g;

/**
 * Replaces the placeholders that `valueOf` knows, and leaves the others: `$1` in a label_replace is none of ours.
 * The format is empty where none is written.
 */
export function interpolate(text: string, valueOf: (name: string, format: string) => string | undefined): string {
  return text.replace(PLACEHOLDER, (whole, plain, braced, format, bracketed, bracketedFormat) => {
    return valueOf(plain ?? braced ?? bracketed, format ?? bracketedFormat ?? '') ?? whole;
  });
}

/** The first placeholder that is left in a query, for which Prometheus would report an odd error or none. */
export function unknownPlaceholder(text: string): string | undefined {
  return [...text.matchAll(PLACEHOLDER)].map(([whole]) => whole).find((whole) => !/^\$\d+$/.test(whole));
}
