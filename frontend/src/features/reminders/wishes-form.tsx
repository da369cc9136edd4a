'use client';
/** The form of what a person wants of reminders; saved as a whole, under the version that was read. */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent } from 'react';
import { Refused } from '@/api-client/client';
import type { Preferences } from '@/api-client/model';
import type { Acts } from '@/features/tasks/use-acts';
import { field, primaryButton } from '@/ui/classes';
import { showToast } from '@/ui/toasts';
import { changePreferences } from './calls';
import { Choice, Line } from './wish-parts';
import { draftOf, MOST_REPEATS, patchOf, WISHES, type WishesDraft } from './wishes';

const LEADS = [0, 10, 30, 60, 1_440] as const;
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MINUTES = 1_440;

export function WishesForm({ kept, acts, onSaved }: { kept: Preferences; acts: Pick<Acts, 'refuse'>; onSaved: () => void }) {
  const t = useTranslations('wishes');
  const said = useTranslations('reminder');
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(kept));
  const [busy, setBusy] = useState(false);
  const set = (changes: Partial<WishesDraft>) => setDraft((before) => ({ ...before, ...changes }));

  async function save(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      await changePreferences(patchOf(draft), kept.version);
      showToast({ key: 'wishes', text: t('saved') });
      onSaved();
    } catch (error) {
      if (error instanceof Refused && error.status === 412) {
        showToast({ key: 'wishes', tone: 'error', text: t('stale') });
        await client.invalidateQueries({ queryKey: WISHES });
      } else acts.refuse('wishes', error);
    } finally {
      setBusy(false);
    }
  }

  const time = (name: 'hour' | 'quietFrom' | 'quietTo' | 'agendaAt' | 'reviewAt') => (
    <input type="time" required className={`${field} w-32`} aria-label={t(name)} value={draft[name]} onChange={({ target }) => set({ [name]: target.value })} />
  );
  const count = (name: 'nagMinutes' | 'nagMost', most: number) => (
    <span className="w-20 shrink-0">
      <input type="number" required min={1} max={most} step={1} className={field} aria-label={t(name)} value={draft[name]} onChange={({ target }) => set({ [name]: target.value })} />
    </span>
  );
  return (
    <form onSubmit={(event) => void save(event)} className="flex flex-col gap-5">
      <Line label={t('hour')} hint={t('hourHint')}>
        {time('hour')}
      </Line>
      <Line label={t('lead')} hint={t('leadHint')}>
        <select className={`${field} w-auto`} aria-label={t('lead')} value={draft.lead ?? ''} onChange={({ target }) => set({ lead: target.value === '' ? null : Number(target.value) })}>
          <option value="">{said('none')}</option>
          {[...new Set([...LEADS, ...(draft.lead === null ? [] : [draft.lead])])].map((minutes) => (
            <option key={minutes} value={minutes}>
              {minutes === 0 ? said('atDue') : minutes % 1_440 === 0 ? said('days', { count: minutes / 1_440 }) : minutes % 60 === 0 ? said('hours', { count: minutes / 60 }) : said('minutes', { count: minutes })}
            </option>
          ))}
        </select>
      </Line>
      <Line label={t('nag')} hint={t('nagHint')}>
        {count('nagMinutes', DAY_MINUTES)}
        <span className="text-ink-2">{t('nagBetween')}</span>
        {count('nagMost', MOST_REPEATS)}
        <span className="text-ink-2">{t('nagTimes')}</span>
      </Line>
      <Choice label={t('quiet')} hint={t('quietHint')} isOn={draft.quiet} onToggle={(quiet) => set({ quiet })}>
        {time('quietFrom')}
        <span aria-hidden="true">–</span>
        {time('quietTo')}
      </Choice>
      <Choice label={t('agenda')} hint={t('agendaHint')} isOn={draft.agenda} onToggle={(agenda) => set({ agenda })}>
        {time('agendaAt')}
      </Choice>
      <Choice label={t('review')} hint={t('reviewHint')} isOn={draft.review} onToggle={(review) => set({ review })}>
        <select className={`${field} w-auto`} aria-label={t('reviewDay')} value={draft.reviewDay} onChange={({ target }) => set({ reviewDay: Number(target.value) })}>
          {DAYS.map((day) => (
            <option key={day} value={day}>
              {new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(MONDAY + day * 86_400_000)}
            </option>
          ))}
        </select>
        {time('reviewAt')}
      </Choice>
      <button type="submit" className={primaryButton} aria-disabled={busy}>
        {t(busy ? 'saving' : 'save')}
      </button>
    </form>
  );
}
