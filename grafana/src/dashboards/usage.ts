// Who uses the server, and how much.
import { dashboard } from '../frame.ts';
import * as usage from '../panels/usage.ts';

export const usageDashboard = () => dashboard(
  'usage',
  'Who uses the server: requests, errors and tokens by user and API key.',
  {
    'In the chosen period': [[usage.users()], [usage.apiKeys()]],
    'Over time': [
      [usage.requestsByUser(), usage.errorsByUser()],
      [usage.tokensByUser(), usage.tokensByKind()],
    ],
  },
);
