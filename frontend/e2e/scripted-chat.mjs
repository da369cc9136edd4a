/** The scripted backend's chat: a few fixed lines, streamed as an AI SDK UI message stream. Not a model of the grammar. */
import { randomUUID } from 'node:crypto';

/** @returns the parts of an answer, each to be sent as a frame of its own */
export function partsOf(line, act, tasks) {
  const tool = (name, output) => ({ type: `tool-${name}`, toolCallId: randomUUID(), state: 'output-available', input: {}, output });
  const text = (words) => ({ type: 'text', text: words, state: 'done' });
  const add = /^add (.+?)( every .*)?$/i.exec(line);
  if (add) {
    const task = act.add(add[1], add[2]);
    return [tool('add_task', { task, undo: act.undo(task) }), text(`Added “${task.title}”.${add[2] ? ` Next: today,${add[2]}.` : ''}`)];
  }
  const done = /^done with (.+)$/i.exec(line);
  if (done) {
    const found = tasks.filter((task) => task.status === 'open' && task.title.toLowerCase().includes(done[1].toLowerCase()));
    if (found.length === 0) return [text(`There is no open task like “${done[1]}”. Nothing was changed.`)];
    if (found.length > 1)
      return [{ type: 'data-question', data: { kind: 'which', tasks: found } }, text(`Which one do you mean?\n${found.map(({ title }, at) => `${at + 1}. ${title}`).join('\n')}`)];
    return [tool('complete_task', act.complete(found[0])), text(`Done: “${found[0].title}”. Next: in 3 days.`)];
  }
  if (/^delete /.test(line)) {
    const found = tasks.find((task) => task.title.toLowerCase() === line.slice(7).toLowerCase());
    return [{ type: 'data-question', data: { kind: 'sure', act: 'delete', tasks: [{ task_id: found.id, title: found.title }], repeats: true } }, text(`Delete “${found.title}”? Its series ends, too.`)];
  }
  const pause = /^pause (.+)$/i.exec(line);
  if (pause) {
    const task = tasks.find(({ title }) => title.toLowerCase() === pause[1].toLowerCase());
    return [tool('pause_series', { task, undo: null }), text(`“${task.title}” is paused already; nothing was changed.`)];
  }
  if (line === 'what is due today') {
    const due = tasks.filter((task) => task.status === 'open' && task.due);
    return [tool('list_tasks', { tasks: due, more: false }), text(`Due today:\n${due.map(({ title }, at) => `${at + 1}. ${title}`).join('\n')}`)];
  }
  return [{ type: 'data-not-understood', data: {} }, text('I did not understand that, and nothing was changed. Say for example “what is due today”.')];
}

export function framesOf(parts, conversationId) {
  const frames = [{ type: 'start', messageId: randomUUID(), messageMetadata: { conversationId } }, { type: 'start-step' }];
  for (const part of parts) {
    if (part.type === 'text') {
      const id = randomUUID();
      frames.push({ type: 'text-start', id }, ...part.text.split(/(?<=\n)/).map((delta) => ({ type: 'text-delta', id, delta })), { type: 'text-end', id });
    } else if (part.type.startsWith('tool-')) {
      const { toolCallId } = part;
      frames.push({ type: 'tool-input-available', toolCallId, toolName: part.type.slice(5), input: {} }, { type: 'tool-output-available', toolCallId, output: part.output });
    } else frames.push(part);
  }
  return [...frames, { type: 'finish-step' }, { type: 'finish' }];
}

/** Writes frames a moment apart. `mode.chat`: "slow" holds before what was done is said, "break" ends in the middle. */
export async function stream(response, frames, mode) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-vercel-ai-ui-message-stream': 'v1' });
  for (const [at, frame] of frames.entries()) {
    if (mode.chat === 'break' && at === frames.length - 3) return response.destroy();
    if (mode.chat === 'slow' && frame.type === 'tool-output-available') await new Promise((done) => setTimeout(done, 5_000));
    response.write(`data: ${JSON.stringify(frame)}\n\n`);
    await new Promise((done) => setTimeout(done, 5));
  }
  response.end('data: [DONE]\n\n');
}
