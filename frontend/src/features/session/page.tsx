/** The frame of both pages: what this is, the form, the way to the other one. */
import { useTranslations } from 'next-intl';
import { SessionForm } from './forms';

export function SessionPage({ act, problem }: { act: 'sign-in' | 'sign-up'; problem?: string | undefined }) {
  const t = useTranslations('session');
  const other = act === 'sign-in' ? 'sign-up' : 'sign-in';
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 px-6 py-12">
      <header className="flex flex-col gap-1">
        <h1 className="text-title font-semibold tracking-tight">{t(`${act}.title`)}</h1>
        <p className="text-ink-2">{t(`${act}.intro`)}</p>
      </header>
      <SessionForm act={act} problem={problem} />
      <p className="text-meta text-ink-2">
        {t(`${act}.otherQuestion`)}{' '}
        <a href={`/${other}`} className="rounded-control font-semibold text-accent underline underline-offset-2">
          {t(`${act}.other`)}
        </a>
      </p>
    </main>
  );
}
