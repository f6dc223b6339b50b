// Panels of the machine that the server runs on.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { graph, limit, nowAndAverage } from '../parts.ts';
import { chosen, fastest, growth, rate, samplesAdded, sum } from '../promql.ts';

const cpu = 'seadragon:cpu_usage:percent';
const memory = 'seadragon:memory_usage:percent';
const cpuSeconds = 'seadragon_host_cpu_seconds_total';
const available = 'seadragon_host_memory_available_bytes';
const total = 'seadragon_host_memory_total_bytes';
const cpuThreshold = 'seadragon:threshold:cpu_percent';
const memoryThreshold = 'seadragon:threshold:memory_percent';

export const cpuUsage = () => nowAndAverage(
  {
    title: 'CPU Usage',
    description: `Busy share of all CPUs: mean of the chosen instances in the last minute (${cpu}), and of all their CPU \
time in the chosen period (${cpuSeconds}). Waiting for disks and time stolen by other virtual machines do not count as \
busy.`,
    unit: units.Percent,
  },
  `avg(${chosen(cpu)})`,
  `100 * (1 - ${growth(cpuSeconds, '', 'mode=~"idle|iowait|steal"')} / ${growth(cpuSeconds)})`,
);

export const memoryUsage = () => nowAndAverage(
  {
    title: 'Memory Usage',
    description: `Memory that programs could not get without swapping: mean of the chosen instances now (${memory}), and \
of all their memory over the scrapes of the chosen period (${available}, ${total}). The page cache does not count as used.`,
    unit: units.Percent,
  },
  `avg(${chosen(memory)})`,
  `100 * (1 - ${samplesAdded(available)} / ${samplesAdded(total)})`,
);

export const cpuUsageOverTime = () => graph(
  {
    title: 'CPU usage over time',
    description: `Busy share of all CPUs of each instance (${cpu}). Above the dashed line (${cpuThreshold}) an alert \
is raised.`,
    unit: units.Percent,
  },
  { expression: chosen(cpu), legend: '{{instance}}' },
  { expression: cpuThreshold, legend: limit },
).max(100);

export const memoryUsageOverTime = () => graph(
  {
    title: 'Memory usage over time',
    description: `Used share of the memory of each instance (${memory}). Above the dashed line (${memoryThreshold}) an \
alert is raised.`,
    unit: units.Percent,
  },
  { expression: chosen(memory), legend: '{{instance}}' },
  { expression: memoryThreshold, legend: limit },
).max(100);

export const loadAverage = () => graph(
  {
    title: 'Load average',
    description: `Tasks that run, can run or wait for a disk, on average over 1, 5 and 15 minutes \
(seadragon_host_load_average), sum of the chosen instances.`,
    unit: 'none',
  },
  { expression: sum(chosen('seadragon_host_load_average'), 'window'), legend: '{{window}}' },
);

export const pressure = () => graph(
  {
    title: 'Pressure',
    description: `Share of time in which some tasks waited for a resource (waiting, \
seadragon_host_pressure_waiting_seconds_total), and in which all of them did (stalled, \
seadragon_host_pressure_stalled_seconds_total), of the instance where that is longest. No data where the kernel does not \
count it.`,
    unit: units.PercentUnit,
  },
  { expression: fastest('seadragon_host_pressure_waiting_seconds_total', 'resource'), legend: '{{resource}} waiting' },
  { expression: fastest('seadragon_host_pressure_stalled_seconds_total', 'resource'), legend: '{{resource}} stalled' },
);

export const swap = () => graph(
  {
    title: 'Swap in use',
    description: `Swap space that is in use (seadragon_host_memory_swap_total_bytes minus \
seadragon_host_memory_swap_free_bytes), of each instance.`,
    unit: units.BytesIEC,
  },
  {
    expression: [
      chosen('seadragon_host_memory_swap_total_bytes'),
      chosen('seadragon_host_memory_swap_free_bytes'),
    ].join(' - '),
    legend: '{{instance}}',
  },
);

export const diskUsage = () => graph(
  {
    title: 'Disk space in use',
    description: `Share of each file system that programs without privileges can no longer use: 1 minus \
seadragon_host_disk_available_bytes / seadragon_host_disk_size_bytes.`,
    unit: units.PercentUnit,
  },
  {
    expression: `1 - ${chosen('seadragon_host_disk_available_bytes')} / ${chosen('seadragon_host_disk_size_bytes')}`,
    legend: '{{instance}} {{mount}}',
  },
).max(1);

export const networkTraffic = () => graph(
  {
    title: 'Network traffic',
    description: `Bytes per second that came in (seadragon_host_network_receive_bytes_total) and went out \
(seadragon_host_network_transmit_bytes_total), by interface, sum of the chosen \
instances. Loopback is not counted.`,
    unit: units.BytesPerSecondIEC,
  },
  { expression: rate('seadragon_host_network_receive_bytes_total', 'interface'), legend: '{{interface}} in' },
  { expression: rate('seadragon_host_network_transmit_bytes_total', 'interface'), legend: '{{interface}} out' },
);

export const networkErrors = () => graph(
  {
    title: 'Network errors',
    description: `Packets per second that were damaged or dropped as they came in \
(seadragon_host_network_receive_errors_total) or went out (seadragon_host_network_transmit_errors_total).`,
    unit: units.PacketsPerSecond,
  },
  { expression: rate('seadragon_host_network_receive_errors_total', 'interface'), legend: '{{interface}} in' },
  { expression: rate('seadragon_host_network_transmit_errors_total', 'interface'), legend: '{{interface}} out' },
);

/** There is none where the exporter may not see its own, or the kernel has none. */
const cgroupGraph: typeof graph = (words, ...queries) => graph(words, ...queries).noValue('No control group');

export const cgroupCpu = () => cgroupGraph(
  {
    title: 'CPUs of the control group',
    description: `CPUs in use (seadragon_host_cgroup_cpu_seconds_total), the limit \
(seadragon_host_cgroup_cpu_limit_cores; none where there is none), and the time for which the group was kept from its \
CPUs because of it (seadragon_host_cgroup_cpu_throttled_seconds_total).`,
    unit: 'none',
  },
  { expression: rate('seadragon_host_cgroup_cpu_seconds_total', 'instance'), legend: '{{instance}} in use' },
  { expression: chosen('seadragon_host_cgroup_cpu_limit_cores'), legend: '{{instance}} limit' },
  { expression: rate('seadragon_host_cgroup_cpu_throttled_seconds_total', 'instance'), legend: '{{instance}} throttled' },
);

export const cgroupMemory = () => cgroupGraph(
  {
    title: 'Memory of the control group',
    description: `Memory in use (seadragon_host_cgroup_memory_usage_bytes), the part of it that the kernel drops when \
it has to (seadragon_host_cgroup_memory_inactive_file_bytes), and the limit (seadragon_host_cgroup_memory_limit_bytes; \
none where there is none).`,
    unit: units.BytesIEC,
  },
  { expression: chosen('seadragon_host_cgroup_memory_usage_bytes'), legend: '{{instance}} in use' },
  { expression: chosen('seadragon_host_cgroup_memory_inactive_file_bytes'), legend: '{{instance}} inactive files' },
  { expression: chosen('seadragon_host_cgroup_memory_limit_bytes'), legend: '{{instance}} limit' },
);

export const oomKills = () => cgroupGraph(
  {
    title: 'Processes killed for want of memory',
    description: `Processes of the control group per second that the kernel killed for want of memory \
(seadragon_host_cgroup_oom_kills_total).`,
    unit: 'none',
  },
  { expression: rate('seadragon_host_cgroup_oom_kills_total', 'instance'), legend: '{{instance}}' },
);
