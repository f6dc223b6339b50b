// Which requests there are, how long they take and how they end.
import { dashboard } from '../frame.ts';
import * as http from '../panels/http.ts';

export const requests = () => dashboard(
  'requests',
  'Requests to the HTTP API: how many, which routes and statuses, how long they take, how they end.',
  {
    'In the chosen period': [[http.routes()]],
    Traffic: [
      [http.rateByRoute(), http.rateByStatus(), http.errorRateByRoute()],
      [http.requestOutcomes(), http.requestsInFlight(), http.bodyBytes()],
    ],
    Time: [[http.requestDuration(), http.timeToFirstByte()]],
    'Before a request is read': [[http.connectionsWaiting(), http.connectionWait()]],
  },
);
