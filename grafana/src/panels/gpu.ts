// Panels of the machine's GPUs.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { graph, limit, table, wholeNumber } from '../parts.ts';
import { chosen, rate, sum } from '../promql.ts';

const each = '{{instance}} GPU {{gpu}}';

/** Instead of a graph where the exporter finds no GPU. */
const noGpu = 'No GPU';

const gpuGraph: typeof graph = (words, ...queries) => graph(words, ...queries).noValue(noGpu);

export const gpuUtilization = () => gpuGraph(
  {
    title: 'GPU utilization',
    description: `Share of time in which anything at all ran on each GPU (seadragon_gpu_utilization_ratio). A GPU that \
is busy all the time may still have room: whether one of its cores works or all of them makes no difference.`,
    unit: units.PercentUnit,
  },
  { expression: chosen('seadragon_gpu_utilization_ratio'), legend: each },
).max(1);

export const gpuMemoryUsage = () => gpuGraph(
  {
    title: 'GPU memory in use',
    description: `Share of each GPU's memory that is in use (seadragon_gpu_memory_used_bytes / \
seadragon_gpu_memory_total_bytes). LLM servers take most of it when they start; how much of that holds tokens says the \
key-value cache.`,
    unit: units.PercentUnit,
  },
  {
    expression: `${chosen('seadragon_gpu_memory_used_bytes')} / ${chosen('seadragon_gpu_memory_total_bytes')}`,
    legend: each,
  },
).max(1);

export const gpuMemoryOwners = () => gpuGraph(
  {
    title: 'Who has the GPU memory',
    description: `Memory of all chosen GPUs that the LLM server's processes have \
(seadragon_server_process_gpu_memory_bytes), that is in use (seadragon_gpu_memory_used_bytes), and that driver and \
firmware keep (seadragon_gpu_memory_reserved_bytes). In use without a server that has it: another program, or one that \
did not end.`,
    unit: units.BytesIEC,
  },
  { expression: sum(chosen('seadragon_server_process_gpu_memory_bytes')), legend: 'LLM server' },
  { expression: sum(chosen('seadragon_gpu_memory_used_bytes')), legend: 'in use' },
  { expression: sum(chosen('seadragon_gpu_memory_reserved_bytes')), legend: 'reserved' },
);

export const gpuPower = () => gpuGraph(
  {
    title: 'GPU power',
    description: `Power that each GPU draws (seadragon_gpu_power_watts) and at which it is slowed down \
(seadragon_gpu_power_limit_watts).`,
    unit: units.Watt,
  },
  { expression: chosen('seadragon_gpu_power_watts'), legend: each },
  { expression: chosen('seadragon_gpu_power_limit_watts'), legend: `${each} limit` },
);

export const gpuEnergy = () => gpuGraph(
  {
    title: 'GPU power from energy',
    description: `Mean power of all GPUs of an instance, from the energy that they used \
(seadragon_gpu_energy_joules_total): unlike the power at a moment it misses no peak between two scrapes.`,
    unit: units.Watt,
  },
  { expression: rate('seadragon_gpu_energy_joules_total', 'instance'), legend: '{{instance}}' },
);

export const gpuTemperature = () => gpuGraph(
  {
    title: 'GPU temperature',
    description: `Temperature of each GPU's chip (seadragon_gpu_temperature_celsius), and the threshold of its alert \
(seadragon:threshold:gpu_celsius).`,
    unit: units.Celsius,
  },
  { expression: chosen('seadragon_gpu_temperature_celsius'), legend: each },
  { expression: `seadragon:threshold:gpu_celsius and on() ${chosen('seadragon_gpu_temperature_celsius')}`, legend: limit },
);

export const gpuMemoryErrors = () => gpuGraph(
  {
    title: 'GPU memory errors',
    description: `Errors of the GPUs' memories per second (seadragon_gpu_memory_errors_total): corrected ones, and \
those that could not be and end the programs they hit. No data without ECC.`,
    unit: 'none',
  },
  { expression: rate('seadragon_gpu_memory_errors_total', 'instance, gpu, kind'), legend: `${each} {{kind}}` },
);

export const gpus = () => table(
  {
    title: 'GPUs',
    description: 'Which GPU has which index, and the version of its driver (seadragon_gpu_info).',
    unit: wholeNumber,
  },
  { instance: 'Instance', gpu: 'GPU', name: 'Name', uuid: 'UUID', driver: 'Driver' },
  sum(chosen('seadragon_gpu_info'), 'instance, gpu, name, uuid, driver'),
).noValue(noGpu);
