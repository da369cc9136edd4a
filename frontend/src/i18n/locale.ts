/** The language of the words, and the form of dates (day before month, 24 hours, week from Monday: preferences come later). */
export const LOCALE = 'en';
export const DATE_LOCALE = 'en-GB';
