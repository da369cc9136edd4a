'use client';
/** What a person wants of reminders. Loaded when it is opened; saved as a whole, under the version that was read. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Refused } from '@/api-client/client';
import type { Preferences } from '@/api-client/model';
import type { Acts } from '@/features/tasks/use-acts';
import { field, iconButton, primaryButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';
import { showToast } from '@/ui/toasts';
import { changePreferences, readPreferences } from './calls';
import { draftOf, patchOf, type WishesDraft } from './wishes';

const KEY = ['preferences'];
const LEADS = [0, 10, 30, 60, 1_440] as const;
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const MONDAY = Date.UTC(2024, 0, 1);

interface Props {
  acts: Pick<Acts, 'refuse'>;
  onClose: () => void;
}

export function SettingsPanel({ acts, onClose }: Props) {
  const t = useTranslations('wishes');
  const { data, isError } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => readPreferences(signal), retry: false, gcTime: 0 });
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => !open && onClose()} className="scrim fixed inset-0 z-40 bg-scrim">
      <Modal className="drawer fixed inset-y-0 right-0 w-full max-w-[var(--drawer)] border-l border-line bg-surface shadow-overlay">
        <Dialog className="flex h-full flex-col gap-4 overflow-y-auto p-4 outline-none">
          <header className="flex items-center">
            <Heading slot="title" className="flex-1 text-field font-semibold">
              {t('title')}
            </Heading>
            <Button aria-label={t('close')} className={iconButton} onPress={onClose}>
              <Icon name="close" />
            </Button>
          </header>
          {isError && <p className="text-ink-2">{t('unreachable')}</p>}
          {data && <Form key={data.version} kept={data} acts={acts} onSaved={onClose} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Form({ kept, acts, onSaved }: { kept: Preferences; acts: Props['acts']; onSaved: () => void }) {
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
        await client.invalidateQueries({ queryKey: KEY });
      } else acts.refuse('wishes', error);
    } finally {
      setBusy(false);
    }
  }

  const time = (name: 'hour' | 'quietFrom' | 'quietTo' | 'agendaAt' | 'reviewAt') => (
    <input type="time" required className={`${field} w-32`} aria-label={t(name)} value={draft[name]} onChange={({ target }) => set({ [name]: target.value })} />
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

function Line({ label, hint, children }: { label: string; hint: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <span className="font-semibold" aria-hidden="true">
        {label}
      </span>
      <div className="flex items-center gap-2">{children}</div>
      <p className="text-meta text-ink-2">{hint}</p>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  hint: string;
  isOn: boolean;
  onToggle: (on: boolean) => void;
  children: ReactNode;
}

function Choice({ label, hint, isOn, onToggle, children }: ChoiceProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label className="flex min-h-9 items-center gap-2 font-semibold">
        <input type="checkbox" className="size-4 accent-accent" checked={isOn} onChange={({ target }) => onToggle(target.checked)} />
        {label}
      </label>
      {isOn && <div className="flex items-center gap-2">{children}</div>}
      <p className="text-meta text-ink-2">{hint}</p>
    </div>
  );
}
