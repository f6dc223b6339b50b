// Variables and macros in the texts of a dashboard: $name, ${name}, ${name:format} and [[name]].

const PLACEHOLDER = /\$(\w+)|\$\{([\w.]+)(?::(\w+))?\}|\[\[([\w.]+)(?::(\w+))?\]\]/g;

/** What a placeholder stands for; undefined where it stands for nothing known. */
export type ValueOf = (name: string, format: string) => string | undefined;

/**
 * Replaces the placeholders that `valueOf` knows, and leaves the others: `$1` in a label_replace is none of ours.
 * The format is empty where none is written.
 */
export function interpolate(text: string, valueOf: ValueOf): string {
  return text.replace(PLACEHOLDER, (whole, plain, braced, format, bracketed, bracketedFormat) => {
    return valueOf(plain ?? braced ?? bracketed, format ?? bracketedFormat ?? '') ?? whole;
  });
}

/**
 * The first placeholder of a query that nothing is known for: Prometheus would report an odd error for it, or none.
 * Takes the query as it is written, since a value that is filled in may look like a placeholder.
 */
export function unknownPlaceholder(text: string, valueOf: ValueOf): string | undefined {
  let unknown: string | undefined;
  interpolate(text, (name, format) => {
    if (!/^\d+$/.test(name) && valueOf(name, format) === undefined) unknown ??= name;
    return undefined;
  });
  return unknown;
}
