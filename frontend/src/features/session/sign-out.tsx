import { useTranslations } from 'next-intl';
import { plainButton } from '@/ui/classes';

/** A plain form: works before the page's script does, and leaves the page whole. */
export function SignOut({ name }: { name: string }) {
  const t = useTranslations('session');
  return (
    <form method="post" action="/session" className="-mr-3 flex min-w-0 items-center gap-1 text-meta text-ink-2">
      <input type="hidden" name="act" value="sign-out" />
      {name && <span className="hidden max-w-40 truncate sm:inline">{name}</span>}
      <button type="submit" className={`${plainButton} whitespace-nowrap`}>
        {t('signOut')}
      </button>
    </form>
  );
}
