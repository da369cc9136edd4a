'use client';
/** Whether this browser is told of reminders while no page is open. Takes effect at once, unlike the form around it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Refused } from '@/api-client/client';
import type { Acts } from '@/features/tasks/use-acts';
import { quietButton } from '@/ui/classes';
import { showToast } from '@/ui/toasts';
import { browserName, pushState, sendTest, turnOff, turnOn, type PushState } from './push';
import { Choice } from './wish-parts';

const KEY = ['push'];

export function PushSwitch({ acts }: { acts: Pick<Acts, 'refuse'> }) {
  const t = useTranslations('wishes.push');
  const client = useQueryClient();
  const { data: state } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => pushState(signal), retry: false, gcTime: 0 });
  const [busy, setBusy] = useState(false);
  if (!state || state === 'unavailable') return null;

  async function attempt(run: () => Promise<PushState | undefined>) {
    if (busy) return;
    setBusy(true);
    try {
      const next = await run();
      if (next) client.setQueryData(KEY, next);
    } catch (error) {
      if (error instanceof Refused) acts.refuse('push', error);
      else showToast({ key: 'push', tone: 'error', text: t('failed') }); // the browser could not subscribe
    } finally {
      setBusy(false);
    }
  }
  const toggle = (on: boolean) => void attempt(() => (on ? turnOn(browserName(navigator.userAgent)) : turnOff()));
  const test = () =>
    void attempt(async () => {
      const { outcome, detail } = await sendTest();
      showToast({ key: 'push', tone: outcome === 'sent' ? 'plain' : 'error', text: outcome === 'sent' ? t('tested') : t('notTested', { detail }) });
      return undefined;
    });
  return (
    <Choice label={t('label')} hint={t(`hint.${state}`)} isOn={state === 'on'} isDisabled={busy || state === 'blocked' || state === 'unsupported'} onToggle={toggle}>
      <button type="button" className={quietButton} aria-disabled={busy} onClick={test}>
        {t('test')}
      </button>
    </Choice>
  );
}
