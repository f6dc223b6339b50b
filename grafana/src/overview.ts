// The first page to open: how the machine, the queue and the server are, and what clients get.
import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardBuilder, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as exporter from './exporter.ts';
import { frame } from './frame.ts';
import * as generation from './generation.ts';
import * as gpu from './gpu.ts';
import * as host from './host.ts';
import * as http from './http.ts';
import * as log from './log.ts';
import * as queue from './queue.ts';
import * as server from './server.ts';

const rows: Record<string, Array<Builder<Panel>>> = {
  'System Statistics': [
    host.cpuUsage,
    host.memoryUsage,
    queue.queueLength,
    queue.activeRequests,
    host.cpuUsageOverTime,
    host.memoryUsageOverTime,
    queue.queueLengthOverTime,
    queue.activeRequestsOverTime,
  ],
  'Request Statistics': [
    http.totalRequests,
    http.averageResponseTime,
    http.errorRate,
    http.topEndpoints,
    http.allPeriods,
  ],
  Health: [
    server.serverUp,
    server.targetsDown,
    server.alertsFiring,
    exporter.collectorsFailing,
    queue.queueImbalance,
    log.logLinesDropped,
  ],
  Requests: [
    http.rateByStatus,
    http.requestDuration,
    http.timeToFirstByte,
    http.requestsInFlight,
    http.requestOutcomes,
    http.bodyBytes,
    http.connectionsWaiting,
    http.connectionWait,
  ],
  Queue: [
    queue.arrivalsAndOutcomes,
    queue.waitingByQueue,
    queue.activeByQueue,
    queue.queueWait,
    queue.queueProcessing,
    queue.oldestRequests,
    queue.drainTime,
    queue.activeByAge,
  ],
  Generation: [
    generation.timeToFirstToken,
    generation.timeBetweenTokens,
    generation.timePerOutputToken,
    generation.requestTime,
    generation.prefillAndDecode,
    generation.tokens,
    generation.goodput.span(8),
    generation.wastedTokens,
    generation.wastedSlots,
    generation.busySlots.span(12),
    generation.keyValueCache.span(12),
  ],
  Machine: [
    host.loadAverage,
    host.pressure,
    host.swap,
    host.diskUsage,
    host.networkTraffic,
    host.networkErrors,
    host.cgroupCpu,
    host.cgroupMemory,
    host.oomKills,
  ],
  GPU: [
    gpu.gpuUtilization,
    gpu.gpuMemoryUsage,
    gpu.gpuMemoryOwners,
    gpu.gpuPower,
    gpu.gpuEnergy,
    gpu.gpuTemperature,
    gpu.gpuMemoryErrors.span(12),
    gpu.gpus.span(12),
  ],
  Server: [
    server.serverTokens.span(12),
    server.serverCache.span(12),
    server.processRunning,
    server.processCpu,
    server.processMemory,
    server.processAddressSpace,
    server.processFiles,
    server.processAge,
  ],
  Monitoring: [log.logLines, exporter.collectorDuration, exporter.versions],
};

export function overview(): DashboardBuilder {
  const dashboard = frame(
    'seadragon-overview',
    'Seadragon / Overview',
    'How the machine, the queue and the server are, and what clients get. Choose the period at the top right.',
  );
  for (const [title, panels] of Object.entries(rows)) {
    dashboard.withRow(new RowBuilder(title));
    panels.forEach((panel) => dashboard.withPanel(panel));
  }
  return dashboard;
}
