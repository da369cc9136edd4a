/** The zone of the browser in these tests, and its days: after 23:00 in UTC they are not those of UTC. */
export const ZONE = 'Europe/Berlin';

/** The date so many days from today there, as YYYY-MM-DD. */
export function dayFrom(days) {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date());
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
}
