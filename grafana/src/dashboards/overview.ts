// The first page to open: how the machine, the queue and the server are, and what clients get.
import { dashboard } from '../frame.ts';
import * as alerts from '../panels/alerts.ts';
import * as exporter from '../panels/exporter.ts';
import * as host from '../panels/host.ts';
import * as http from '../panels/http.ts';
import * as log from '../panels/log.ts';
import * as queue from '../panels/queue.ts';
import * as server from '../panels/server.ts';
import { columnLeadingTo, leadingTo } from '../parts.ts';

export const overview = () => dashboard(
  'overview',
  'How the machine, the queue and the server are, and what clients get. Choose the period at the top.',
  {
    'System Statistics': [
      [
        leadingTo('host', host.cpuUsage()),
        leadingTo('host', host.memoryUsage()),
        leadingTo('queue', queue.queueLength()),
        leadingTo('queue', queue.activeRequests()),
      ],
      [
        host.cpuUsageOverTime(),
        host.memoryUsageOverTime(),
        queue.queueLengthOverTime(),
        queue.activeRequestsOverTime(),
      ],
    ],
    'Request Statistics': [
      [
        leadingTo('requests', http.totalRequests()),
        leadingTo('requests', http.averageResponseTime()),
        leadingTo('requests', http.errorRate()),
        columnLeadingTo('requests', 'Path', http.topEndpoints()),
      ],
      [http.allPeriods()],
    ],
    Health: [
      [
        leadingTo('monitoring', server.serverUp()),
        leadingTo('monitoring', server.targetsDown()),
        leadingTo('monitoring', alerts.alertsFiring()),
        leadingTo('monitoring', exporter.collectorsFailing()),
        leadingTo('monitoring', queue.queueImbalance()),
        leadingTo('monitoring', log.logLinesDropped()),
      ],
    ],
  },
);
