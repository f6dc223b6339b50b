// What fires, and whether the numbers of all dashboards can be trusted.
import { dashboard } from '../frame.ts';
import * as alerts from '../panels/alerts.ts';
import * as exporter from '../panels/exporter.ts';
import * as library from '../panels/library.ts';
import * as log from '../panels/log.ts';
import * as mail from '../panels/mail.ts';
import * as queue from '../panels/queue.ts';
import * as server from '../panels/server.ts';

export const monitoring = () => dashboard(
  'monitoring',
  'What fires, and whether the numbers of all dashboards can be trusted: targets, collectors, losses.',
  {
    Alerts: [
      [alerts.alertsFiring(), alerts.cpuThreshold(), alerts.memoryThreshold(), alerts.queueThreshold()],
      [alerts.alertsNow(), alerts.alertsOverTime()],
    ],
    Mail: [
      [mail.spoolUp(), mail.mailsInSpool(), mail.oldestMail()],
      [mail.mailsByQueue(), mail.mailReasons()],
    ],
    Targets: [
      [server.serverUp(), server.targetsDown(), exporter.collectorsFailing()],
      [server.scrapeDuration(), server.scrapeSamples(), exporter.collectorDuration()],
      [exporter.versions(), exporter.sources()],
    ],
    Losses: [
      [
        queue.queueImbalance(),
        log.logLinesDropped(),
        library.labelsDropped(),
        library.observationsDropped(),
      ],
    ],
    'What monitoring takes': [
      [library.seriesOnPage(), log.logLines(), exporter.answers()],
      [exporter.answerBytes(), exporter.exporterCpu(), exporter.exporterMemory()],
    ],
  },
);
