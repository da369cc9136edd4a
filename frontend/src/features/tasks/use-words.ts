'use client';
/** Dates and rules in the words of the catalogue, for the zone of the user and the minute at hand. */
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useState } from 'react';
import type { Due } from '@/api-client/model';
import { LOCALE } from '@/i18n/locale';
import { dueWords, instantWords, plainDue, type DueWords } from './words/due';
import { Moment } from './words/moment';
import { ruleWords, type Said } from './words/rule';

export interface Words {
  readonly moment: Moment;
  due(due: Due, bare?: boolean): DueWords;
  plain(due: Due): string;
  instant(instant: string): string;
  rule(recurrence: Said): string;
}

const MINUTE_MS = 60_000;

/** `now`: the server's clock when it made the page, so that both sides say the same words. */
export function useWords(zone: string, now: number): Words {
  const [minute, setMinute] = useState(now);
  const due = useTranslations('due');
  const rule = useTranslations('rule');
  useEffect(() => {
    const tick = () => setMinute(Date.now());
    tick();
    const timer = setInterval(tick, MINUTE_MS / 4);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, []);
  const rounded = Math.floor(minute / MINUTE_MS) * MINUTE_MS;
  return useMemo(() => {
    const moment = new Moment(rounded, zone);
    const plain = (value: Due) => plainDue(value, moment, due, LOCALE);
    const instant = (at: string) => instantWords(at, moment, due, LOCALE);
    return {
      moment,
      plain,
      due: (value, bare) => dueWords(value, moment, due, LOCALE, bare),
      instant,
      rule: (said) => ruleWords(said, rule, LOCALE),
    };
  }, [rounded, zone, due, rule]);
}
