import { type Place, type Read } from './readers';
import { type Ending, contentOf } from './target';

/** The requested resource: a number of bytes of the target's content, or a path that the target does not serve. */
export type What = number | 'missing';

export const COMPLETE = 'complete';

/** How a client got one response: {@link COMPLETE}, or what was wrong with it. `page` replaces what is missing. */
export async function outcomeOf(
  read: Read,
  place: Omit<Place, 'path'>,
  ending: Ending,
  what: What,
  page: Buffer,
): Promise<string> {
  const expected = what === 'missing' ? page : contentOf(ending, what).subarray(0, what);
  try {
    const content = await read({ ...place, path: `/${ending}/${what}` });
    return content.equals(expected) ? COMPLETE : `${content.length} bytes of ${expected.length}, or others`;
  } catch (error) {
    return String(error);
  }
}
