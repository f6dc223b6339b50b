// Panels that say whether everything is there, and how the process of the LLM server is.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { failureAbove0, failureBelow1, figures, graph, wholeNumber } from '../parts.ts';
import { chosen, rate, sum } from '../promql.ts';

/** An exporter may read several servers. */
const each = '{{instance}} {{server}}';

export const serverUp = () => figures(
  {
    title: 'Server up',
    description: `Whether the exporter could read the metrics of the LLM server at its last scrape \
(seadragon_server_up), for each server.`,
    unit: 'bool_yes_no',
  },
  { expression: chosen('seadragon_server_up'), legend: each },
).thresholds(failureBelow1);

export const targetsDown = () => figures(
  {
    title: 'Targets down',
    description: 'Scrape targets of the chosen jobs, whatever they are, that Prometheus cannot read now (up).',
    unit: wholeNumber,
  },
  { expression: `count(${chosen('up')} == 0) or vector(0)`, legend: 'Down' },
).thresholds(failureAbove0);

export const serverTokens = () => graph(
  {
    title: 'Tokens of the server',
    description: `Tokens per second that the server read (prompt) and produced (completion), as it tells the exporter \
(seadragon_server_tokens_total). No data where it does not tell.`,
    unit: 'suffix:tokens/s',
  },
  { expression: rate('seadragon_server_tokens_total', 'kind'), legend: '{{kind}}' },
);

export const serverCache = () => graph(
  {
    title: 'Key-value cache of the server',
    description: `Share of the key-value cache that is in use, as the server tells the exporter \
(seadragon_server_kv_cache_usage_ratio). No data where it does not tell.`,
    unit: units.PercentUnit,
  },
  { expression: chosen('seadragon_server_kv_cache_usage_ratio'), legend: each },
);

/** There is none while it is gone, or where the exporter was not told which one it is. */
const processGraph: typeof graph = (words, ...queries) => graph(words, ...queries).noValue('No process');

export const processRunning = () => processGraph(
  {
    title: 'Processes of the LLM server',
    description: `Instances whose process the exporter finds (seadragon_server_process_running). No data where it is \
not told which one that is.`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_server_process_running')), legend: 'running' },
);

export const processCpu = () => processGraph(
  {
    title: 'CPUs of the process',
    description: `CPUs that the LLM server's process uses (seadragon_server_process_cpu_seconds_total).`,
    unit: 'none',
  },
  { expression: rate('seadragon_server_process_cpu_seconds_total', 'instance, server'), legend: each },
);

export const processMemory = () => processGraph(
  {
    title: 'Memory of the process',
    description: `Memory of the LLM server's process that is in RAM (seadragon_server_process_resident_memory_bytes) \
and what it is made of: what it allocated (seadragon_server_process_anonymous_memory_bytes), mapped files such as the \
model (seadragon_server_process_file_memory_bytes) and shared memory (seadragon_server_process_shared_memory_bytes).`,
    unit: units.BytesIEC,
  },
  { expression: sum(chosen('seadragon_server_process_resident_memory_bytes')), legend: 'in RAM' },
  { expression: sum(chosen('seadragon_server_process_anonymous_memory_bytes')), legend: 'allocated' },
  { expression: sum(chosen('seadragon_server_process_file_memory_bytes')), legend: 'mapped files' },
  { expression: sum(chosen('seadragon_server_process_shared_memory_bytes')), legend: 'shared' },
);

export const processAddressSpace = () => processGraph(
  {
    title: 'Address space of the process',
    description: `Address space of the LLM server's process, in RAM or not \
(seadragon_server_process_virtual_memory_bytes).`,
    unit: units.BytesIEC,
  },
  { expression: chosen('seadragon_server_process_virtual_memory_bytes'), legend: each },
);

export const processFiles = () => processGraph(
  {
    title: 'Open files and threads of the process',
    description: `File descriptors that are open (seadragon_server_process_open_fds), may be open \
(seadragon_server_process_max_fds), and threads (seadragon_server_process_threads) of the LLM server's process.`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_server_process_open_fds')), legend: 'open files' },
  { expression: sum(chosen('seadragon_server_process_max_fds')), legend: 'most open files' },
  { expression: sum(chosen('seadragon_server_process_threads')), legend: 'threads' },
);

export const processAge = () => processGraph(
  {
    title: 'Age of the process',
    description: `Time since the LLM server's process started (seadragon_server_process_start_time_seconds).`,
    unit: units.Seconds,
  },
  { expression: `time() - ${chosen('seadragon_server_process_start_time_seconds')}`, legend: each },
);

export const scrapeDuration = () => graph(
  {
    title: 'Scrape duration',
    description: `Time that Prometheus needed to read each target (scrape_duration_seconds).`,
    unit: units.Seconds,
  },
  { expression: `max by (job) (${chosen('scrape_duration_seconds')})`, legend: '{{job}}' },
);

export const scrapeSamples = () => graph(
  {
    title: 'Samples per scrape',
    description: `Samples that Prometheus read from each target (scrape_samples_scraped), the largest of a job.`,
    unit: wholeNumber,
  },
  { expression: `max by (job) (${chosen('scrape_samples_scraped')})`, legend: '{{job}}' },
);
