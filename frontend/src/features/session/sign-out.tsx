'use client';
import { useTranslations } from 'next-intl';
import { plainButton } from '@/ui/classes';

export function SignOut({ name }: { name: string }) {
  const t = useTranslations('session');
  async function leave() {
    await fetch('/session', { method: 'DELETE' }).catch(() => undefined);
    location.assign('/sign-in');
  }
  return (
    <span className="ml-auto flex min-w-0 items-center gap-1 text-meta text-ink-2">
      <span className="hidden max-w-40 truncate sm:inline">{name}</span>
      <button type="button" className={plainButton} onClick={() => void leave()}>
        {t('signOut')}
      </button>
    </span>
  );
}
