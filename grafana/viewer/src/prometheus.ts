// Prometheus' HTTP API, as far as the page needs it.

/** Prometheus cannot be asked at all, so nothing on the page can be vouched for. */
export class Unreachable extends Error {}

/** Prometheus refused one question. */
export class Refused extends Error {}

export type Labels = Record<string, string>;

/** Unix seconds, and the value as Prometheus writes it, such as `+Inf`. */
export type Sample = [number, string];

export interface Series {
  metric: Labels;
  samples: Sample[];
}

export interface Exemplar {
  /** Of the series that the exemplar belongs to. */
  seriesLabels: Labels;
  labels: Labels;
  /** Unix seconds. */
  timestamp: number;
  value: number;
}

/** Unix seconds, both ends included. */
export interface Span {
  start: number;
  end: number;
}

export interface Prometheus {
  query(expression: string, time: number): Promise<Series[]>;
  queryRange(expression: string, span: Span, step: number): Promise<Series[]>;
  labelValues(label: string, selector: string | undefined, span: Span): Promise<string[]>;
  exemplars(expression: string, span: Span): Promise<Exemplar[]>;
  /** The configuration in use, as YAML; undefined where the server does not tell. */
  configuration(): Promise<string | undefined>;
}

type Parameters = Record<string, string | number>;

interface Result {
  resultType: string;
  result: unknown;
}

// A month of a large server takes seconds; whoever waits longer has got a server that hangs.
const PATIENCE_MS = 60_000;

/** Fails when the signal says so, or when it takes too long. */
async function fetchText(url: string, signal: AbortSignal, init?: RequestInit): Promise<[Response, string]> {
  const end = new AbortController();
  const overtaken = () => end.abort(signal.reason);
  const tooLong = () => end.abort(new Unreachable(`no answer within ${PATIENCE_MS / 1000} s`));
  const timer = setTimeout(tooLong, PATIENCE_MS);
  signal.addEventListener('abort', overtaken);
  try {
    signal.throwIfAborted();
    const answer = await fetch(url, { ...init, cache: 'no-store', signal: end.signal });
    return [answer, await answer.text()];
  } catch {
    if (end.signal.aborted || signal.aborted) throw end.signal.reason ?? signal.reason;
    throw new Unreachable('the connection failed'); // Browsers tell no more, each in words of its own.
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', overtaken);
  }
}

async function ask(url: string, signal: AbortSignal, init?: RequestInit): Promise<unknown> {
  const [answer, text] = await fetchText(url, signal, init);
  const body = parse(text);
  if (body?.status === 'success') return body.data;
  if (body?.error) throw new Refused(body.error);
  throw new Unreachable(`HTTP ${answer.status} ${answer.statusText}`.trim());
}

function parse(text: string): { status?: string; error?: string; data?: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A proxy answered in its place.
  }
}

function series({ resultType, result }: Result): Series[] {
  if (resultType === 'scalar') return [{ metric: {}, samples: [result as Sample] }];
  const found = result as Array<{ metric: Labels; value?: Sample; values?: Sample[] }>;
  return found.map(({ metric, value, values }) => ({ metric, samples: values ?? (value ? [value] : []) }));
}

/**
 * The API at an address such as `http://host:9090/api/v1`, for one load of the page: the same question is asked once,
 * however many panels have it.
 */
export function connect(api: string, signal: AbortSignal): Prometheus {
  const asked = new Map<string, Promise<unknown>>();

  function once(url: string, body?: string): Promise<unknown> {
    const question = `${url}\n${body ?? ''}`;
    let answer = asked.get(question);
    if (!answer) {
      // In the body, as expressions can be longer than an address may be.
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      answer = ask(url, signal, body === undefined ? undefined : { method: 'POST', headers, body });
      asked.set(question, answer);
    }
    return answer;
  }
  const form = (parameters: Parameters) =>
    new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString();
  const post = (path: string, parameters: Parameters) => once(`${api}/${path}`, form(parameters));

  return {
    async query(query, time) {
      return series((await post('query', { query, time })) as Result);
    },
    async queryRange(query, { start, end }, step) {
      return series((await post('query_range', { query, start, end, step })) as Result);
    },
    async labelValues(label, selector, span) {
      const parameters = { ...(selector && { 'match[]': selector }), ...span };
      return (await once(`${api}/label/${label}/values?${form(parameters)}`)) as string[];
    },
    async exemplars(query, span) {
      const found = (await post('query_exemplars', { query, ...span })) as Array<{
        seriesLabels: Labels;
        exemplars: Array<{ labels: Labels; value: string; timestamp: number }>;
      }>;
      return found.flatMap(({ seriesLabels, exemplars }) =>
        exemplars.map(({ labels, value, timestamp }) => ({ seriesLabels, labels, timestamp, value: Number(value) })),
      );
    },
    async configuration() {
      try {
        return ((await once(`${api}/status/config`)) as { yaml?: string }).yaml;
      } catch (error) {
        if (error instanceof Refused) return undefined;
        throw error;
      }
    },
  };
}
