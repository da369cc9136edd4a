import { useTranslations } from 'next-intl';

export default function NotFound() {
  const t = useTranslations('notFound');
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-3 px-6">
      <h1 className="text-title font-semibold">{t('title')}</h1>
      <p>
        <a href="/" className="font-semibold text-accent underline underline-offset-2">
          {t('back')}
        </a>
      </p>
    </main>
  );
}
