import { expect, test } from 'vitest';
import { draftOf, patchOf } from './wishes';

const NOTHING = {
  version: 0, default_hour: '09:00:00', default_lead_minutes: null, quiet_from: null, quiet_to: null, agenda_at: null,
  review_day: null, review_at: null, nag_minutes: 15, nag_most: 5,
};

test('what was read and not changed is saved as it was', () => {
  const kept = { ...NOTHING, default_hour: '07:30:00', quiet_from: '22:00:00', quiet_to: '06:00:00', review_day: 0, review_at: '18:00:00', nag_minutes: 20, nag_most: 7 };
  expect(patchOf(draftOf(kept))).toEqual({
    default_hour: '07:30', default_lead_minutes: null, quiet_from: '22:00', quiet_to: '06:00', agenda_at: null, review_day: 0, review_at: '18:00', nag_minutes: 20, nag_most: 7,
  });
});

test('what is turned on has a time, and what is turned off is null', () => {
  const on = { ...draftOf(NOTHING), quiet: true, agenda: true };
  expect(patchOf(on)).toMatchObject({ quiet_from: '22:00', quiet_to: '07:00', agenda_at: '07:30', review_day: null, review_at: null });
  expect(patchOf({ ...on, quiet: false })).toMatchObject({ quiet_from: null, quiet_to: null });
});
