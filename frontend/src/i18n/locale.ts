/** The language of the words. */
export const LOCALE = 'en';
/** The form of dates and times in calendar and fields: 24 hours, week from Monday. Preferences come later. */
export const DATE_LOCALE = 'en-GB';
