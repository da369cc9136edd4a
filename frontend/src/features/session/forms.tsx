'use client';
/** Signing in and signing up: plain forms that also work before the script has loaded. */
import { useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import { field, primaryButton } from '@/ui/classes';
import { Icon } from '@/ui/icons';

type Act = 'sign-in' | 'sign-up';

const FIELDS = {
  'sign-in': [
    { name: 'email', type: 'email', autoComplete: 'username' },
    { name: 'password', type: 'password', autoComplete: 'current-password' },
  ],
  'sign-up': [
    { name: 'name', type: 'text', autoComplete: 'name' },
    { name: 'email', type: 'email', autoComplete: 'username' },
    { name: 'password', type: 'password', autoComplete: 'new-password' },
  ],
} as const;

/** `problem`: the code with which a form sent without script came back. */
export function SessionForm({ act, problem }: { act: Act; problem?: string | undefined }) {
  const t = useTranslations('session');
  const [code, setCode] = useState<string | undefined>(problem);
  const [busy, setBusy] = useState(false);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setCode(undefined);
    const form = Object.fromEntries(new FormData(event.currentTarget));
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const refused = await post({ ...form, act, time_zone: zone });
    if (refused) {
      setCode(refused);
      setBusy(false);
    } else location.assign('/'); // a whole page: everything in it belongs to the new session
  }

  const known = code && (t.has(`problem.${code}`) ? t(`problem.${code}`) : t('problem.unknown'));
  return (
    <form method="post" action="/session" onSubmit={send} className="flex flex-col gap-4" aria-describedby="problem">
      <input type="hidden" name="act" value={act} />
      <div id="problem" role="alert">
        {known && (
          <p className="flex items-start gap-2 rounded-control bg-danger-soft p-3 text-danger">
            <Icon name="alert" className="mt-0.5" />
            <span>{known}</span>
          </p>
        )}
      </div>
      {FIELDS[act].map(({ name, type, autoComplete }) => (
        <label key={name} className="flex flex-col gap-1">
          <span className="text-meta text-ink-2">{t(`field.${name}`)}</span>
          <input className={field} name={name} type={type} autoComplete={autoComplete} required maxLength={320} minLength={hinted(act, name) ? 8 : undefined} />
          {hinted(act, name) && <span className="text-label text-ink-2">{t('passwordHint')}</span>}
        </label>
      ))}
      <button type="submit" className={`${primaryButton} mt-2`} aria-disabled={busy}>
        {t(busy ? `${act}.busy` : `${act}.submit`)}
      </button>
    </form>
  );
}

const hinted = (act: Act, name: string) => act === 'sign-up' && name === 'password';

/** The code of the refusal, or undefined when the session is there. */
async function post(body: Record<string, unknown>): Promise<string | undefined> {
  try {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return undefined;
    const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
    return code ?? 'unknown';
  } catch {
    return 'backend_unreachable';
  }
}
