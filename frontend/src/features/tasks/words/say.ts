/** For tests: the catalogue as the page has it. */
import { createTranslator } from 'next-intl';
import messages from '../../../../messages/en.json';
import type { Say } from './due';

export function catalogue(namespace: string): Say {
  const section = namespace.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], messages);
  const translate = createTranslator({ locale: 'en', messages: { section } as never, namespace: 'section' as never });
  return (key, values) => (translate as unknown as Say)(key, values);
}
