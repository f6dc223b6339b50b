import { useCallback, useEffect, useRef, useState } from 'react';
import { beside } from './beside.ts';
import { parseDuration } from './interval.ts';
import { isAbort, load } from './load.ts';
import type { Picture, Question } from './load.ts';
import { timeRange } from './period.ts';
import { connect, Unreachable } from './prometheus.ts';

const OVERDUE_MS = 10_000;

/** What to show: a new object is a new question. */
export type LiveQuestion = Omit<Question, 'range'> & { from: string; to: string };

interface Outcome {
  /** What the outcome is of: until a new question is answered, the picture of the old one is left. */
  question?: LiveQuestion;
  picture?: Picture;
  /** Why there is nothing that could be vouched for. */
  failure?: string;
  /** The failure may pass by itself. */
  isUnreachable?: boolean;
}

export interface Live extends Outcome {
  loading: boolean;
  /** Prometheus takes so long that the picture can no longer be taken for the present. */
  isOverdue: boolean;
  reload: () => void;
}

async function answer(question: LiveQuestion, signal: AbortSignal): Promise<Outcome> {
  try {
    const range = timeRange(question.from, question.to);
    return { question, picture: await load({ ...question, range }, connect(beside('../api/v1'), signal)) };
  } catch (error) {
    if (isAbort(error)) throw error;
    const { message } = error as Error;
    if (!(error instanceof Unreachable)) return { question, failure: message };
    return { question, failure: `Prometheus does not answer: ${message}`, isUnreachable: true };
  }
}

/** Asks Prometheus now, whenever the question changes, and every so often. */
export function useLive(question: LiveQuestion | undefined, refresh: string): Live {
  const [outcome, setOutcome] = useState<Outcome>({});
  const [loading, setLoading] = useState(false);
  const running = useRef<AbortController>(undefined);

  const reload = useCallback(() => {
    // The newest load wins: a period that is chosen while an older load runs must not be lost.
    running.current?.abort();
    running.current = undefined;
    setLoading(Boolean(question));
    if (!question) return;
    const turn = new AbortController();
    running.current = turn;
    answer(question, turn.signal).then(
      (found) => {
        if (running.current !== turn) return;
        running.current = undefined;
        setOutcome(found);
        setLoading(false);
      },
      () => undefined, // It was overtaken.
    );
  }, [question]);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  useEffect(() => {
    const seconds = parseDuration(refresh);
    if (!seconds) return undefined;
    let due = Date.now() + seconds * 1000;
    // Queries must not pile up behind a slow one, and nobody sees a hidden page, which is late when it is shown again.
    const tick = () => {
      if (document.hidden || running.current || Date.now() < due) return;
      due = Date.now() + seconds * 1000;
      reload();
    };
    const timer = setInterval(tick, Math.min(seconds, 1) * 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [refresh, reload]);

  const [isOverdue, setOverdue] = useState(false);
  useEffect(() => {
    setOverdue(false);
    if (!loading) return undefined;
    const timer = setTimeout(() => setOverdue(true), OVERDUE_MS);
    return () => clearTimeout(timer);
  }, [loading]);

  return { ...outcome, loading, isOverdue, reload };
}
