// What the models do: how fast, and how much of it for nothing.
import { dashboard } from '../frame.ts';
import * as generation from '../panels/generation.ts';
import * as server from '../panels/server.ts';

export const generationDashboard = () => dashboard(
  'generation',
  'Token generation: how fast it is for clients, how much is produced, and how much of it is wasted.',
  {
    'What clients feel': [
      [generation.timeToFirstToken(), generation.timeBetweenTokens()],
      [generation.timePerOutputToken(), generation.requestTime(), generation.prefillAndDecode()],
    ],
    Tokens: [[generation.models(), generation.tokens()]],
    Capacity: [[generation.busySlots(), generation.keyValueCache()]],
    Waste: [[generation.goodput(), generation.wastedTokens(), generation.wastedSlots()]],
    'As the server tells the exporter': [[server.serverTokens(), server.serverCache()]],
  },
);
