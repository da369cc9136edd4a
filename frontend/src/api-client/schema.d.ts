/**
 * The part of the backend's contract that the page uses, in the form that `npm run generate:api` writes from
 * backend/openapi.json. Written by hand until that file is there.
 */
export interface paths {
  '/api/me': { get: { parameters: { query?: never; header?: never; path?: never }; requestBody?: never; responses: { 200: { content: { 'application/json': components['schemas']['User'] } } } } };
  '/api/{user_id}/tasks': {
    get: Op<UserPath, { status?: string; limit?: number; cursor?: string; sort?: string; changed_after?: number }, undefined, 200, components['schemas']['TaskPage']>;
    post: Op<UserPath, never, components['schemas']['TaskCreate'], 201, components['schemas']['Task']>;
  };
  '/api/{user_id}/tasks/{task_id}': {
    get: Op<TaskPath, never, undefined, 200, components['schemas']['Task']>;
    patch: Op<TaskPath, never, components['schemas']['TaskPatch'], 200, components['schemas']['Task']>;
    delete: Op<TaskPath, { scope?: 'this' | 'series' }, undefined, 200, components['schemas']['Acted']>;
  };
  '/api/{user_id}/tasks/{task_id}/complete': { post: Op<TaskPath, never, { completed_at?: string }, 200, components['schemas']['Acted']> };
  '/api/{user_id}/tasks/{task_id}/reopen': { post: Op<TaskPath, never, { successor?: 'withdraw' | 'keep' }, 200, components['schemas']['Acted']> };
  '/api/{user_id}/tasks/{task_id}/restore': { post: Op<TaskPath, never, Record<string, never>, 200, components['schemas']['Acted']> };
  '/api/{user_id}/tasks/{task_id}/history': {
    get: Op<TaskPath, { limit?: number; cursor?: string }, undefined, 200, components['schemas']['HistoryPage']>;
  };
  '/api/{user_id}/undo/{handle}': {
    post: Op<UserPath & { handle: string }, never, { successor?: 'withdraw' | 'keep' }, 200, unknown>;
  };
}

interface UserPath {
  user_id: string;
}
interface TaskPath extends UserPath {
  task_id: string;
}
type Op<Path, Query, Body, Status extends number, Answer> = {
  parameters: {
    path: Path;
    query?: Query;
    header?: { 'Idempotency-Key'?: string; 'If-Match'?: string };
  };
  responses: { [K in Status]: { content: { 'application/json': Answer } } } & {
    default: { content: { 'application/problem+json': components['schemas']['Problem'] } };
  };
} & (Body extends undefined ? { requestBody?: never } : { requestBody: { content: { 'application/json': Body } } });

export interface components {
  schemas: {
    User: { id: string; email: string; name: string; time_zone: string };
    Due: { date: string; time: string | null; time_zone: string };
    Recurrence: {
      rrule: string;
      anchor: 'schedule' | 'completion';
      missed: 'next' | 'each';
      trigger: 'on_completion' | 'on_schedule';
      exdates: string[];
      rdates: string[];
    };
    Task: {
      id: string;
      title: string;
      notes: string;
      list_id: string | null;
      status: 'open' | 'done' | 'skipped' | 'missed';
      priority: 'none' | 'low' | 'medium' | 'high' | 'urgent';
      tags: string[];
      due: components['schemas']['Due'] | null;
      due_at: string | null;
      recurrence: components['schemas']['Recurrence'] | null;
      series_id: string | null;
      occurrence_key: string | null;
      position: number;
      version: number;
      created_at: string;
      updated_at: string;
      completed_at: string | null;
      deleted_at: string | null;
    };
    TaskCreate: {
      title: string;
      notes?: string;
      due?: { date: string; time?: string | null; time_zone?: string } | null;
      recurrence?: { rrule: string } | null;
    };
    TaskPatch: {
      title?: string;
      notes?: string;
      due?: { date: string; time?: string | null; time_zone?: string } | null;
    };
    TaskPage: { items: components['schemas']['Task'][]; next_cursor: string | null };
    Acted: { task: components['schemas']['Task']; undo: string | null };
    HistoryEntry: {
      event_id: string;
      event_type: string;
      type: string;
      occurred_at: string;
      version: number;
      actor: { kind: string; id: string; door: string };
      changes: Record<string, { before?: unknown; after?: unknown }>;
      causation_id: string | null;
      correlation_id: string | null;
      title: string;
    };
    HistoryPage: { items: components['schemas']['HistoryEntry'][]; next_cursor: string | null };
    Problem: { type?: string; title?: string; status: number; code: string; detail?: string };
  };
}
