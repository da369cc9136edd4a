/** One locale for now. Every word lives in messages/en.json; a second language is one more file there. */
import { getRequestConfig } from 'next-intl/server';

import { LOCALE } from './locale';

export default getRequestConfig(async () => ({
  locale: LOCALE,
  messages: (await import('../../messages/en.json')).default,
}));
