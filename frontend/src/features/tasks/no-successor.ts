/** Why nothing has followed a closed occurrence after a moment. Loaded only then. */
import type { Task } from '@/api-client/model';
import { readSeries } from './model/series-calls';

const PATIENCE_MS = 5_000;

/** The phrase of the catalogue's `follows` section. */
export async function reasonOf({ series_id, recurrence }: Task): Promise<'coming' | 'paused' | 'last' | 'onItsDay'> {
  const known = await readSeries(series_id ?? '', AbortSignal.timeout(PATIENCE_MS)).catch(() => null);
  if (known?.status === 'paused') return 'paused';
  if (known?.status === 'ended') return 'last';
  return recurrence?.trigger === 'on_schedule' ? 'onItsDay' : 'coming';
}
