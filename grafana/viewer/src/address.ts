// What the page shows is in its address, under the names that Grafana uses:
//   ?dashboard=UID&from=now-24h&to=now&refresh=30s&var-job=a&var-job=b

export interface Address {
  dashboard?: string;
  from?: string;
  to?: string;
  /** An empty text is no refresh; undefined is what the dashboard proposes. */
  refresh?: string;
  /** The chosen values of a variable; a variable that is missing, or has none, stands for all. */
  variables: Record<string, string[]>;
}

/** What Grafana writes for the choice of all. */
export const ALL = '$__all';

const PREFIX = 'var-';
const PLAIN = ['dashboard', 'from', 'to', 'refresh'] as const;

export function parseAddress(search: string): Address {
  const variables = new Map<string, string[]>(); // Unlike an object, it has no names of its own.
  const parameters = new URLSearchParams(search);
  for (const [key, value] of parameters) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length);
    variables.set(name, [...(variables.get(name) ?? []), value]);
  }
  const isChoice = (values: string[]) => !values.includes(ALL) && !values.includes('All');
  const chosen = [...variables].filter(([, values]) => isChoice(values));
  const address: Address = { variables: Object.fromEntries(chosen) };
  for (const name of PLAIN) address[name] = parameters.get(name) ?? undefined;
  return address;
}

export function formatAddress(address: Address): string {
  const parameters = new URLSearchParams();
  for (const name of PLAIN) {
    if (address[name] !== undefined) parameters.set(name, address[name]);
  }
  for (const [name, values] of Object.entries(address.variables)) {
    for (const value of values) parameters.append(PREFIX + name, value);
  }
  return `?${parameters}`;
}
