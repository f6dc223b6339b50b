// Panels of the spool between Alertmanager and the mail server.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { failureBelow1, figures, graph, table, wholeNumber } from '../parts.ts';
import { chosen, sum } from '../promql.ts';

export const spoolUp = () => figures(
  {
    title: 'Mail spool up',
    description: `Whether the spool told at the last scrape what waits in it (seadragon_mail_spool_up). An alert that \
begins and ends while it is down is never mailed.`,
    unit: 'bool_yes_no',
  },
  { expression: chosen('seadragon_mail_spool_up'), legend: '{{instance}}' },
).thresholds(failureBelow1).noValue('No spool');

export const mailsInSpool = () => figures(
  {
    title: 'Mails in the spool',
    description: 'Mails that wait now, in all queues of the spool (seadragon_mail_spool_messages).',
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_mail_spool_messages')), legend: 'Mails' },
).noValue('No spool');

export const oldestMail = () => figures(
  {
    title: 'Oldest mail',
    description: `How long the oldest mail in the spool has waited, the longest of all instances; 0 without any \
(seadragon_mail_spool_oldest_seconds).`,
    unit: units.Seconds,
  },
  { expression: `max(${chosen('seadragon_mail_spool_oldest_seconds')})`, legend: 'Oldest' },
).noValue('No spool');

export const mailsByQueue = () => graph(
  {
    title: 'Mails by queue of the spool',
    description: `Mails on their way in (incoming), being tried (active), to be tried again (deferred), and those that \
somebody holds back (hold) (seadragon_mail_spool_messages).`,
    unit: wholeNumber,
  },
  { expression: sum(chosen('seadragon_mail_spool_messages'), 'queue'), legend: '{{queue}}' },
).noValue('No spool');

export const mailReasons = () => table(
  {
    title: 'Why mails wait',
    description: `What the mail server said to the oldest mail that is to be tried again, or why it could not be asked \
(seadragon_mail_spool_reason_info).`,
    unit: wholeNumber,
  },
  { instance: 'Instance', reason: 'Reason' },
  sum(chosen('seadragon_mail_spool_reason_info'), 'instance, reason'),
).noValue('Nothing to be tried again');
