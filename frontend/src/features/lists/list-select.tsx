'use client';
/** In which list a task is, chosen in its details. */
import { useTranslations } from 'next-intl';
import { useLists } from './use-lists';

interface Props {
  value: string | null;
  onChange: (list: string | null) => void;
}

export function ListSelect({ value, onChange }: Props) {
  const t = useTranslations('lists');
  const lists = useLists();
  const known = lists.some(({ id }) => id === value);
  return (
    <select
      aria-label={t('ofTask')}
      className="-ml-1 min-h-9 max-w-full rounded-control bg-surface hover:bg-hover"
      value={known ? (value ?? '') : ''}
      onChange={({ target }) => onChange(target.value || null)}
    >
      <option value="">{t('none')}</option>
      {lists.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
