/** The names by which the app calls the contract's shapes. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Task = Schemas['Task'];
export type Due = Schemas['Due'];
export type TaskCreate = Schemas['NewTask'];
export type TaskPatch = Schemas['TaskPatch'];
export type HistoryEntry = Schemas['HistoryEntry'];
export type User = Schemas['User'];
export type ProfilePatch = Schemas['ProfilePatch'];
export type Occurrence = Schemas['Preview']['occurrences'][number];
export type Series = Schemas['Series'];
export type PastOccurrence = Schemas['PastOccurrence'];
export type SeriesPatch = Schemas['SeriesPatch'];
export type Notification = Schemas['Notification'];
export type Preferences = Schemas['Preferences'];
export type PreferencesPatch = Schemas['PreferencesPatch'];
export type ReminderStandings = Schemas['ReminderStandings'];
export type SnoozePreset = NonNullable<Schemas['SnoozeBody']['preset']>;
export type NotificationPage = Schemas['NotificationPage'];
export type Recurrence = Schemas['Recurrence'];
export type TaskList = Schemas['TaskList'];
export type PausedSeries = Schemas['PausedSeries'];
