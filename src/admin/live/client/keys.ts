import { type KeyEvent, page } from './browser';

/** Binds keys to actions. Keys typed into a field are ignored, and so is the space key on a focused button. */
export function bindKeys(actions: Readonly<Record<string, () => void>>, onEscape: () => void): void {
  page.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') onEscape();
    else if (!isTaken(event)) act(event, actions[event.key]);
  });
}

function isTaken({ key, target: { tagName } }: KeyEvent): boolean {
  return tagName === 'INPUT' || (tagName === 'BUTTON' && key === ' ');
}

function act(event: KeyEvent, action: (() => void) | undefined): void {
  if (action === undefined) return;
  event.preventDefault();
  action();
}
