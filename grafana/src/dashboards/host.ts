// The machine, its GPUs, and what the LLM server's process takes of both.
import { dashboard } from '../frame.ts';
import * as gpu from '../panels/gpu.ts';
import * as host from '../panels/host.ts';
import * as server from '../panels/server.ts';

export const hostDashboard = () => dashboard(
  'host',
  'The machine, its GPUs, the limits that the server runs in, and what its process takes of all that.',
  {
    Machine: [
      [host.cpuUsageOverTime(), host.memoryUsageOverTime(), host.loadAverage()],
      [host.pressure(), host.swap(), host.diskUsage()],
      [host.networkTraffic(), host.networkErrors()],
    ],
    'Control group': [[host.cgroupCpu(), host.cgroupMemory(), host.oomKills()]],
    GPU: [
      [gpu.gpuUtilization(), gpu.gpuMemoryUsage(), gpu.gpuMemoryOwners()],
      [gpu.gpuPower(), gpu.gpuEnergy(), gpu.gpuTemperature()],
      [gpu.gpuMemoryErrors(), gpu.gpus()],
    ],
    'Process of the LLM server': [
      [server.processRunning(), server.processCpu(), server.processMemory()],
      [server.processAddressSpace(), server.processFiles(), server.processAge()],
    ],
  },
);
