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
  const address: Address = { variables: {} };
  const parameters = new URLSearchParams(search);
  for (const name of PLAIN) address[name] = parameters.get(name) ?? undefined;
  for (const [key, value] of parameters) {
    if (key.startsWith(PREFIX)) (address.variables[key.slice(PREFIX.length)] ??= []).push(value);
  }
  for (const [name, values] of Object.entries(address.variables)) {
    if (values.includes(ALL) || values.includes('All')) delete address.variables[name];
  }
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
