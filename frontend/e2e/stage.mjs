/**
 * What a viewer of the film needs and the page does not have: captions, a pointer, and the pace of a person.
 * It is drawn above everything by the page's own browser and takes no click and no key from the page.
 */

/** Milliseconds between two keys: a person who types fast. */
const KEY_MS = 42;
const POINTER_MS = 450;

/** The acts of somebody who is being watched on `page`. */
export function staged(page) {
  /** Time for the viewer to read: the one thing here that waits for no fact. */
  const hold = (seconds) => page.waitForTimeout(seconds * 1_000);

  async function caption(title, text, { whole = false } = {}) {
    await page.evaluate(draw, { title, text, whole });
  }

  async function pointAt(target) {
    await target.waitFor();
    await target.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await target.boundingBox();
    await page.evaluate(movePointer, { x: x + Math.min(width / 2, 120), y: y + height / 2, milliseconds: POINTER_MS });
    await page.waitForTimeout(POINTER_MS + 150);
  }

  async function click(target) {
    await pointAt(target);
    await target.click();
  }

  async function type(target, text) {
    await click(target);
    await target.pressSequentially(text, { delay: KEY_MS });
  }

  return { hold, caption, pointAt, click, type };
}

/* The two functions below run in the page. They set styles by script, which its policy allows, and no style attribute. */

function draw({ title, text, whole }) {
  const styled = (element, styles) => Object.assign(element.style, styles) && element;
  let stage = document.getElementById('film-stage');
  if (!stage) {
    stage = document.createElement('div');
    stage.id = 'film-stage';
    stage.popover = 'manual';
    stage.setAttribute('aria-hidden', 'true');
    styled(stage, { position: 'fixed', inset: '0', width: '100vw', height: '100vh', margin: '0', padding: '0', border: '0', background: 'none', pointerEvents: 'none', overflow: 'hidden' });
    const card = document.createElement('div');
    card.append(document.createElement('strong'), document.createElement('span'));
    const pointer = styled(document.createElement('div'), { position: 'absolute', left: '-40px', top: '-40px', width: '22px', height: '22px', margin: '-11px', borderRadius: '50%', background: 'var(--warn)', opacity: '0.6' });
    pointer.dataset.pointer = '';
    stage.append(card, pointer);
    // Beside the body, which belongs to the page's own script.
    document.documentElement.append(stage);
  }
  const card = stage.firstElementChild;
  stage.lastElementChild.hidden = whole;
  const [heading, words] = card.children;
  heading.textContent = title;
  words.textContent = text;
  styled(card, { position: 'absolute', boxSizing: 'border-box', display: 'flex', flexDirection: 'column', color: 'var(--bg)', background: 'var(--ink)', opacity: whole ? '1' : '0.94', fontFamily: 'system-ui, sans-serif', lineHeight: '1.4' });
  styled(card, whole
    ? { left: '0', bottom: '0', width: '100%', height: '100%', padding: '0 18%', gap: '24px', justifyContent: 'center', borderRadius: '0' }
    : { left: '20px', bottom: '28px', width: '268px', height: 'auto', padding: '18px 20px', gap: '10px', justifyContent: 'start', borderRadius: '12px' });
  styled(heading, { fontSize: whole ? '46px' : '20px', fontWeight: '700' });
  styled(words, { fontSize: whole ? '24px' : '16px', whiteSpace: 'pre-line' });
  // Shown anew, it is above every dialog that opened since.
  if (stage.matches(':popover-open')) stage.hidePopover();
  stage.showPopover();
}

function movePointer({ x, y, milliseconds }) {
  const pointer = document.querySelector('#film-stage [data-pointer]');
  if (!pointer) return;
  Object.assign(pointer.style, { transition: `left ${milliseconds}ms ease-in-out, top ${milliseconds}ms ease-in-out`, left: `${x}px`, top: `${y}px` });
}
