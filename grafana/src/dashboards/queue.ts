// Who waits, how long, and how requests leave the queue.
import { dashboard } from '../frame.ts';
import * as queue from '../panels/queue.ts';

export const queueDashboard = () => dashboard(
  'queue',
  'The request queue: who waits, how long, how soon it is empty, and how requests leave it.',
  {
    Now: [
      [queue.waitingByQueue(), queue.activeByQueue(), queue.oldestRequests()],
      [queue.drainTime(), queue.activeByAge()],
    ],
    Outcomes: [[queue.arrivalsAndOutcomes(), queue.queueOutcomes()]],
    Time: [[queue.queueWait(), queue.queueProcessing()]],
  },
);
