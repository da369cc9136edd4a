/** One locale for now. Every word lives in messages/en.json; a second language is one more file there. */
import { getRequestConfig } from 'next-intl/server';

export const LOCALE = 'en';

export default getRequestConfig(async () => ({
  locale: LOCALE,
  messages: (await import('../../messages/en.json')).default,
}));
