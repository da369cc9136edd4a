/** What opens behind Date and Repeat, as one thing to load on demand. */
export { RepeatEditor } from './repeat-editor';
export { recurrenceOf } from './words/repeat';
export { WhenPanel, type When } from './when-panel';
