import { type KeyEvent, page } from './browser';

/** What a key does; typing in a field and pressing a button that has the focus are left alone. */
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
